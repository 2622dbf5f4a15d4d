/// Who is asking, as Kafka writes it: a type, a colon, a name ("User:alice").
public struct Principal: Sendable, Hashable, CustomStringConvertible {
    public let type: String
    public let name: String

    public static let userType = "User"
    /// Whoever has not authenticated.
    public static let anonymous = Principal(user: "ANONYMOUS")
    /// Every user, in an access rule.
    public static let everyUser = Principal(user: "*")

    public init(type: String = Principal.userType, name: String) {
        self.type = type
        self.name = name
    }

    public init(user name: String) { self.init(name: name) }

    /// Reads "User:alice"; `nil` where the type, the colon or the name is missing. The name may hold colons.
    public init?(_ text: String) {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let type = String(text[..<colon])
        let name = String(text[text.utf8.index(after: colon)...])
        guard !type.isEmpty, !name.isEmpty else { return nil }
        self.init(type: type, name: name)
    }

    public var description: String { "\(type):\(name)" }

    /// Names are compared by their bytes: two that only look alike are two principals.
    public static func == (left: Self, right: Self) -> Bool {
        left.name.hasSameBytes(as: right.name) && left.type.hasSameBytes(as: right.type)
    }

    public func hash(into hasher: inout Hasher) {
        type.hashBytes(into: &hasher)
        name.hashBytes(into: &hasher)
    }
}
