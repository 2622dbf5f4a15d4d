/// Counts over the bytes of a text, in one pass.
struct SymbolFigures {
    /// Number signs.
    private(set) var hashes = 0
    /// "..." (each full stop counted once), and U+2026.
    private(set) var ellipses = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        var stops = 0
        for index in 0..<bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: ".") {
                stops += 1
                if stops == 3 {
                    ellipses += 1
                    stops = 0
                }
                continue
            }
            stops = 0
            if byte == UInt8(ascii: "#") { hashes += 1 }
            if byte == 0xE2, index + 2 < bytes.count, bytes[index + 1] == 0x80, bytes[index + 2] == 0xA6 {
                ellipses += 1
            }
        }
    }
}
