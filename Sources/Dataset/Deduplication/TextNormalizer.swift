import CICU

/// Brings UTF-8 text into Unicode's form C (NFC), by ICU. Text that is in it already is recognised first, and not copied.
struct TextNormalizer {
    private var scratch: [UInt8] = []

    /// Calls `body` with the text in form C: the text itself where it is in it already, or where it is not UTF-8.
    mutating func withNormalized<Result>(_ text: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        guard let start = text.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return body(text) }
        // The second try has the room that the first asked for.
        for _ in 0..<2 {
            let length = scratch.withUnsafeMutableBufferPointer { leat_icu_nfc(start, text.count, $0.baseAddress, $0.count) }
            guard length >= 0 else { return body(text) }
            if length <= scratch.count {
                return scratch.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[..<Int(length)])) }
            }
            scratch = [UInt8](repeating: 0, count: Int(length) + Int(length) / 8)
        }
        return body(text)
    }
}
