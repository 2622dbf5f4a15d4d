/// GPT-2's alphabet, in which vocabularies of byte-level BPE write bytes as visible characters.
///
/// Bytes 33–126, 161–172 and 174–255 are the characters of the same number; the others, in order, are U+0100, U+0101 and so on (0x20 is U+0120, "Ġ").
/// Source: `bytes_to_unicode` in GPT-2's encoder.py.
enum ByteLevelAlphabet {
    /// Code point (below 0x144) to byte; −1 where the character is none of the alphabet's.
    private static let bytes: [Int16] = {
        var table = [Int16](repeating: -1, count: 0x144)
        var next = 0x100
        for byte in 0..<256 {
            if 33...126 ~= byte || 161...172 ~= byte || 174...255 ~= byte {
                table[byte] = Int16(byte)
            } else {
                table[next] = Int16(byte)
                next += 1
            }
        }
        return table
    }()

    /// Replaces `bytes` with what the alphabet's characters in `text[range]` stand for; false if there is another character.
    static func decode(_ text: [UInt8], _ range: Range<Int>, into bytes: inout [UInt8]) -> Bool {
        bytes.removeAll(keepingCapacity: true)
        var position = range.lowerBound
        while position < range.upperBound {
            var code = Int(text[position])
            position += 1
            if code >= 0x80 {
                guard code >= 0xC2, code < 0xC6, position < range.upperBound, text[position] & 0xC0 == 0x80 else {
                    return false
                }
                code = (code & 0x1F) << 6 | Int(text[position] & 0x3F)
                position += 1
            }
            guard code < 0x144, Self.bytes[code] >= 0 else { return false }
            bytes.append(UInt8(truncatingIfNeeded: Self.bytes[code]))
        }
        return true
    }
}
