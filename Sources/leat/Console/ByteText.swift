import Foundation

/// Bytes and sizes, as people read them.
enum ByteText {
    /// On one line, nothing that a terminal would obey, at most `limit` characters: text where the bytes are text, else hexadecimal.
    static func preview(_ bytes: [UInt8], limit: Int = 500) -> String {
        guard let text = text(bytes) else { return hexadecimal(bytes, limit: limit) }
        return oneLine(text, limit: limit)
    }

    /// Nil where the bytes are not UTF-8 text.
    static func text(_ bytes: [UInt8]) -> String? {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        let control = bytes.contains { $0 < 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D && $0 != 0x1B }
        return control ? nil : text
    }

    /// Line ends and control characters written out, cut at `limit` characters.
    static func oneLine(_ text: String, limit: Int = 500) -> String {
        var line = ""
        var count = 0
        for scalar in text.unicodeScalars {
            if count == limit { return line + "…" }
            count += 1
            switch scalar {
            case "\n": line += "\\n"
            case "\r": line += "\\r"
            case "\t": line += "\\t"
            // C0, DEL and C1: what a terminal would take for commands.
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}": line += "\\u{\(String(scalar.value, radix: 16))}"
            default: line.unicodeScalars.append(scalar)
            }
        }
        return line
    }

    static func hexadecimal(_ bytes: some Collection<UInt8>, limit: Int = .max) -> String {
        var text = ""
        for byte in bytes.prefix(limit / 2) { text += (byte < 16 ? "0" : "") + String(byte, radix: 16) }
        return bytes.count > limit / 2 ? "\(text)… (\(bytes.count) bytes)" : text
    }

    /// A JSON string where the bytes are text, else an object with them in base64.
    static func json(_ bytes: [UInt8]?) -> JSONText {
        guard let bytes else { return .null }
        if let text = text(bytes) { return .string(text) }
        return .object([("base64", .string(Data(bytes).base64EncodedString()))])
    }

    /// "512 B", "1.4 KiB", "12.0 MiB".
    static func size(_ bytes: some BinaryInteger) -> String {
        guard bytes >= 1024 else { return "\(bytes) B" }
        var value = Double(bytes)
        var unit = -1
        while value >= 1024, unit < 4 {
            value /= 1024
            unit += 1
        }
        return "\((value * 10).rounded() / 10) \(["KiB", "MiB", "GiB", "TiB", "PiB"][unit])"
    }

    /// "1,234,567".
    static func count(_ value: some BinaryInteger) -> String {
        let digits = String(value)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, digit != "-", digits.dropFirst(index).count % 3 == 0, text != "-" { text += "," }
            text.append(digit)
        }
        return text
    }
}
