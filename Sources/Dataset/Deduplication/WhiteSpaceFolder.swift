/// Copies UTF-8 text with every run of white space (Unicode's White_Space) as one space, and none at the ends.
struct WhiteSpaceFolder {
    private var scratch: [UInt8] = []

    /// Calls `body` with the folded text, never longer than the text.
    mutating func withFolded<Result>(_ text: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        if scratch.count < text.count { scratch = [UInt8](repeating: 0, count: text.count) }
        return scratch.withUnsafeMutableBytes { output in
            let count = Self.fold(text, output)
            return body(UnsafeRawBufferPointer(rebasing: output[..<count]))
        }
    }

    private static func fold(_ text: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer) -> Int {
        var written = 0
        var position = 0
        var wordStart = 0
        // Words are copied whole; `wordStart` is where the present one began.
        while position < text.count {
            let length = whiteSpaceLength(text, position)
            if length == 0 {
                position += 1
                continue
            }
            copy(text, wordStart, position, output, &written)
            position += length
            wordStart = position
        }
        copy(text, wordStart, position, output, &written)
        return written
    }

    @inline(__always)
    private static func copy(
        _ text: UnsafeRawBufferPointer, _ start: Int, _ end: Int, _ output: UnsafeMutableRawBufferPointer, _ written: inout Int
    ) {
        guard end > start else { return }
        if written > 0 {
            output[written] = 0x20
            written += 1
        }
        UnsafeMutableRawBufferPointer(rebasing: output[written...]).copyMemory(
            from: UnsafeRawBufferPointer(rebasing: text[start..<end]))
        written += end - start
    }

    /// The length of the white-space character at `position`; 0 where there is none.
    @inline(__always)
    private static func whiteSpaceLength(_ text: UnsafeRawBufferPointer, _ position: Int) -> Int {
        let byte = text[position]
        if byte > 0x20 && byte < 0xC2 { return 0 }
        if byte == 0x20 || (0x09...0x0D).contains(byte) { return 1 }
        return byte < 0x80 ? 0 : wideWhiteSpaceLength(text, position)
    }

    private static func wideWhiteSpaceLength(_ text: UnsafeRawBufferPointer, _ position: Int) -> Int {
        guard position + 1 < text.count else { return 0 }
        let second = text[position + 1]
        if text[position] == 0xC2 { return second == 0x85 || second == 0xA0 ? 2 : 0 }
        guard position + 2 < text.count else { return 0 }
        let third = text[position + 2]
        switch (text[position], second, third) {
        case (0xE1, 0x9A, 0x80),  // U+1680
            (0xE2, 0x80, 0x80...0x8A), (0xE2, 0x80, 0xA8), (0xE2, 0x80, 0xA9), (0xE2, 0x80, 0xAF),  // U+2000–200A, 2028, 2029, 202F
            (0xE2, 0x81, 0x9F),  // U+205F
            (0xE3, 0x80, 0x80):  // U+3000
            return 3
        default: return 0
        }
    }
}
