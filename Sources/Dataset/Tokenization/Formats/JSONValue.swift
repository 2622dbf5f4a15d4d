/// A small JSON document as a tree: the settings beside a vocabulary, never the vocabulary itself.
indirect enum JSONValue: Equatable, Sendable {
    case null
    case bool(Bool)
    case integer(Int)
    /// A number that is no whole number; its value is not needed anywhere.
    case number
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// Deeper or larger settings than these are refused.
    private static let deepest = 16
    private static let mostValues = 200_000

    subscript(_ key: String) -> JSONValue {
        if case .object(let members) = self { members[key] ?? .null } else { .null }
    }

    var string: String? { if case .string(let value) = self { value } else { nil } }
    var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    var integer: Int? { if case .integer(let value) = self { value } else { nil } }
    var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
    var isNull: Bool { self == .null }

    static func read(_ scanner: inout JSONScanner) throws(JSONScanner.Refusal) -> JSONValue {
        var left = mostValues
        return try read(&scanner, depth: 0, left: &left)
    }

    private static func read(
        _ scanner: inout JSONScanner, depth: Int, left: inout Int
    ) throws(JSONScanner.Refusal) -> JSONValue {
        left -= 1
        guard depth < deepest, left > 0 else { throw .unexpected("settings that are too deep or too large") }
        var isFirst = true
        switch try scanner.peek() {
        case UInt8(ascii: "{"):
            try scanner.expect(UInt8(ascii: "{"))
            var members: [String: JSONValue] = [:]
            while try scanner.nextElement(until: UInt8(ascii: "}"), isFirst: &isFirst) {
                let key = try scanner.readString()
                try scanner.expect(UInt8(ascii: ":"))
                members[key] = try read(&scanner, depth: depth + 1, left: &left)
            }
            return .object(members)
        case UInt8(ascii: "["):
            try scanner.expect(UInt8(ascii: "["))
            var elements: [JSONValue] = []
            while try scanner.nextElement(until: UInt8(ascii: "]"), isFirst: &isFirst) {
                elements.append(try read(&scanner, depth: depth + 1, left: &left))
            }
            return .array(elements)
        case UInt8(ascii: "\""): return .string(try scanner.readString())
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
            return try scanner.readLiteral().map { .bool($0) } ?? .null
        default: return try readNumber(&scanner)
        }
    }

    private static func readNumber(_ scanner: inout JSONScanner) throws(JSONScanner.Refusal) -> JSONValue {
        let start = scanner.position
        if let integer = try? scanner.readInteger() { return .integer(integer) }
        scanner.rewind(to: start)
        try scanner.skipValue()
        return .number
    }
}
