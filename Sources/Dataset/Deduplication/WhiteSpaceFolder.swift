import CMinHash

/// Copies UTF-8 text with every run of white space (Unicode's White_Space) as one space, and none at the ends.
struct WhiteSpaceFolder {
    private var scratch: [UInt8] = []

    /// Calls `body` with the folded text, never longer than the text.
    mutating func withFolded<Result>(_ text: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        if scratch.count < text.count { scratch = [UInt8](repeating: 0, count: text.count) }
        let start = text.baseAddress?.assumingMemoryBound(to: UInt8.self)
        return scratch.withUnsafeMutableBufferPointer { output in
            let count = text.isEmpty ? 0 : leat_fold_white_space(start, text.count, output.baseAddress)
            return body(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(output)[..<count]))
        }
    }
}
