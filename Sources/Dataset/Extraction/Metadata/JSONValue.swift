/// A JSON value (RFC 8259) as read from a page's JSON-LD. Numbers and literals are kept as their text.
///
/// The reader is lenient where pages are sloppy: control characters inside strings and commas before a closing bracket
/// pass. Depth, values and bytes are bounded.
enum JSONValue {
    case text(String)
    case literal(String)
    indirect case list([JSONValue])
    indirect case object([(key: String, value: JSONValue)])

    /// The value of the first member of this name.
    subscript(_ key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    /// The text of a string; the first one of a list.
    var string: String? {
        switch self {
        case .text(let text): text
        case .list(let values): values.first?.string
        case .literal, .object: nil
        }
    }

    /// The value itself, or the values of a list.
    var elements: [JSONValue] {
        if case .list(let values) = self { return values }
        return [self]
    }

    /// Reads one value; nil when the text is no JSON or passes a bound.
    static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> JSONValue? {
        var parser = JSONParser(bytes: bytes)
        return parser.value(depth: 0)
    }
}

/// The reader behind `JSONValue.parse`: recursive, at most `maximumDepth` deep.
private struct JSONParser {
    let bytes: UnsafeBufferPointer<UInt8>
    var index = 0
    var values = 0
    static let maximumDepth = 32
    static let maximumValues = 20_000

    init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    mutating func value(depth: Int) -> JSONValue? {
        values += 1
        guard depth < JSONParser.maximumDepth, values <= JSONParser.maximumValues else { return nil }
        skipSpace()
        guard index < bytes.count else { return nil }
        switch bytes[index] {
        case 0x7B: return object(depth: depth)
        case 0x5B: return list(depth: depth)
        case 0x22: return string().map { .text($0) }
        default: return literal()
        }
    }

    private mutating func object(depth: Int) -> JSONValue? {
        index += 1
        var members: [(key: String, value: JSONValue)] = []
        while true {
            skipSpace()
            guard index < bytes.count else { return nil }
            if take(0x7D) { return .object(members) }
            if take(0x2C) { continue }
            guard bytes[index] == 0x22, let key = string() else { return nil }
            skipSpace()
            guard take(0x3A), let value = value(depth: depth + 1) else { return nil }
            members.append((key, value))
        }
    }

    private mutating func list(depth: Int) -> JSONValue? {
        index += 1
        var elements: [JSONValue] = []
        while true {
            skipSpace()
            guard index < bytes.count else { return nil }
            if take(0x5D) { return .list(elements) }
            if take(0x2C) { continue }
            guard let value = value(depth: depth + 1) else { return nil }
            elements.append(value)
        }
    }

    private mutating func literal() -> JSONValue? {
        let start = index
        while index < bytes.count {
            let byte = bytes[index]
            guard byte.isASCIILetter || byte.isASCIIDigit || byte == 0x2B || byte == 0x2D || byte == 0x2E else { break }
            index += 1
        }
        return index > start ? .literal(String(decoding: bytes[start..<index], as: UTF8.self)) : nil
    }

    private mutating func string() -> String? {
        index += 1
        var text: [UInt8] = []
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == 0x22 { return String(decoding: text, as: UTF8.self) }
            guard byte == 0x5C else {
                text.append(byte)
                continue
            }
            guard index < bytes.count else { return nil }
            let escaped = bytes[index]
            index += 1
            switch escaped {
            case 0x6E: text.append(0x0A)
            case 0x74: text.append(0x09)
            case 0x72, 0x62, 0x66: text.append(0x20)
            case 0x75: appendScalar(to: &text)
            default: text.append(escaped)
            }
        }
        return nil
    }

    /// The character after `\u`, with its surrogate partner.
    private mutating func appendScalar(to text: inout [UInt8]) {
        guard var code = hex() else { return text.append(0x3F) }
        if code & 0xFC00 == 0xD800, index + 1 < bytes.count, bytes[index] == 0x5C, bytes[index + 1] == 0x75 {
            let rewind = index
            index += 2
            if let low = hex(), low & 0xFC00 == 0xDC00 {
                code = 0x10000 + (code & 0x3FF) << 10 + (low & 0x3FF)
            } else {
                index = rewind
            }
        }
        text.append(contentsOf: String(Unicode.Scalar(code) ?? "\u{FFFD}").utf8)
    }

    private mutating func hex() -> UInt32? {
        guard index + 4 <= bytes.count else { return nil }
        var value: UInt32 = 0
        for _ in 0..<4 {
            let byte = bytes[index].asciiLowercased
            let digit: UInt8
            if byte.isASCIIDigit { digit = byte - 0x30 } else if byte >= 0x61, byte <= 0x66 { digit = byte - 0x57 } else { return nil }
            value = value << 4 | UInt32(digit)
            index += 1
        }
        return value
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    private mutating func skipSpace() {
        while index < bytes.count, bytes[index] <= 0x20 { index += 1 }
    }
}
