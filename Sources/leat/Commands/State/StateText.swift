import ArgumentParser

/// Keys and values of state as they are written and shown.
enum StateText {
    enum Form: String, ExpressibleByArgument, CaseIterable { case text, hex, u64 }

    /// Text as it is, `hex:00ff`, or `u64:42` as eight bytes, big endian.
    static func bytes(_ text: String) throws -> [UInt8] {
        if text.hasPrefix("u64:") {
            guard let number = UInt64(text.dropFirst(4)) else { throw ValidationError("\(text): behind u64: stands a number from 0 to 18446744073709551615") }
            return withUnsafeBytes(of: number.bigEndian) { Array($0) }
        }
        guard text.hasPrefix("hex:") else { return Array(text.utf8) }
        let digits = text.dropFirst(4).utf8.map { UInt8(String(UnicodeScalar($0)), radix: 16) }
        let known = digits.compactMap { $0 }
        guard known.count == digits.count, known.count % 2 == 0 else { throw ValidationError("\(text): behind hex: stand pairs of hexadecimal digits") }
        return stride(from: 0, to: known.count, by: 2).map { known[$0] << 4 | known[$0 + 1] }
    }

    /// Without a form: text where it is text, else hexadecimal digits.
    static func text(_ bytes: [UInt8], _ form: Form?) -> String {
        switch form {
        case .text: return ByteText.oneLine(String(decoding: bytes, as: UTF8.self), limit: .max)
        case .u64 where bytes.count == 8: return String(bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
        case .hex, .u64: return hexadecimal(bytes)
        case nil:
            guard !bytes.isEmpty, bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x0A || $0 == 0x09 }), let text = ByteText.text(bytes) else { return hexadecimal(bytes) }
            return ByteText.oneLine(text, limit: .max)
        }
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        var text = "hex:"
        for byte in bytes { text += (byte < 16 ? "0" : "") + String(byte, radix: 16) }
        return text
    }
}
