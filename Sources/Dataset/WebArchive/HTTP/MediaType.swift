/// What a Content-Type says (RFC 9110, 8.3.1): `text/html; charset="utf-8"`.
public struct MediaType: Sendable, Equatable {
    /// Type and subtype in lower case: `text/html`.
    public let essence: String
    /// Parameters in order, names in lower case.
    public let parameters: [(name: String, value: String)]

    /// Nil where the text does not begin with `type/subtype`.
    public init?(_ text: String) {
        var parts = MediaType.split(Array(text.utf8.prefix(4096)))[...]
        guard let first = parts.popFirst() else { return nil }
        let essence = first.trimmingSpace
        guard let slash = essence.firstIndex(of: UInt8(ascii: "/")), slash > essence.startIndex,
            slash < essence.endIndex - 1,
            !essence.contains(where: { $0.isSpace || $0 == UInt8(ascii: ",") })
        else { return nil }
        self.essence = String(decoding: essence.map(\.asciiLowercased), as: UTF8.self)
        parameters = parts.compactMap { part in
            guard let equals = part.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            let name = part[..<equals].trimmingSpace.map(\.asciiLowercased)
            let value = MediaType.unquoted(part[(equals + 1)...].trimmingSpace)
            return name.isEmpty ? nil : (String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self))
        }
    }

    /// The declared character encoding, as written; nil where there is none.
    public var charset: String? { parameters.first { $0.name == "charset" && !$0.value.isEmpty }?.value }

    public static func == (left: MediaType, right: MediaType) -> Bool {
        left.essence == right.essence && left.parameters.elementsEqual(right.parameters) { $0 == $1 }
    }

    /// Splits at semicolons that are not in quotes.
    private static func split(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var parts: [ArraySlice<UInt8>] = []
        var start = 0
        var quoted = false
        for (index, byte) in bytes.enumerated() {
            if byte == UInt8(ascii: "\"") { quoted.toggle() }
            if byte == UInt8(ascii: ";"), !quoted {
                parts.append(bytes[start..<index])
                start = index + 1
            }
        }
        parts.append(bytes[start...])
        return parts
    }

    /// Without quotes (double ones by the standard, single ones by custom) and the backslashes in them.
    private static func unquoted(_ value: ArraySlice<UInt8>) -> [UInt8] {
        guard let first = value.first, first == 34 || first == 39 else { return Array(value) }
        var result: [UInt8] = []
        var escaped = false
        for byte in value.dropFirst() {
            if !escaped, byte == first { break }
            if !escaped, byte == 92, first == 34 {
                escaped = true
                continue
            }
            escaped = false
            result.append(byte)
        }
        return result
    }
}
