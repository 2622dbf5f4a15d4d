/// Whom a quota is for (KIP-546): a user, a client id, both, or an address; each one by its name, or the default for those without one of their own.
public struct QuotaEntity: Sendable, Hashable, CustomStringConvertible {
    /// A part of an entity.
    public enum Name: Sendable, Hashable {
        case named(String)
        case byDefault

        public static func == (left: Self, right: Self) -> Bool {
            switch (left, right) {
            case (.named(let left), .named(let right)): left.hasSameBytes(as: right)
            case (.byDefault, .byDefault): true
            default: false
            }
        }

        public func hash(into hasher: inout Hasher) {
            if case .named(let name) = self { name.hashBytes(into: &hasher) } else { hasher.combine(0) }
        }

        /// As requests carry it: `nil` is the default.
        public var text: String? { if case .named(let name) = self { name } else { nil } }
        init(_ text: String?) { self = text.map { .named($0) } ?? .byDefault }
    }

    public var user: Name?
    public var clientID: Name?
    public var address: Name?

    public static let userType = "user"
    public static let clientIDType = "client-id"
    public static let addressType = "ip"
    static let nameLengths = 1...512

    public init(user: Name? = nil, clientID: Name? = nil, address: Name? = nil) {
        self.user = user
        self.clientID = clientID
        self.address = address
    }

    /// An entity of the parts that came over the wire; a part without a name is the default.
    public init(parts: [(type: String, name: String?)]) throws(AccessError) {
        self.init()
        for part in parts {
            let path: WritableKeyPath<QuotaEntity, Name?>
            switch part.type {
            case Self.userType: path = \.user
            case Self.clientIDType: path = \.clientID
            case Self.addressType: path = \.address
            default: throw AccessError(.invalidRequest, "there are no quotas for \"\(part.type)\": user, client-id and ip have them")
            }
            guard self[keyPath: path] == nil else { throw AccessError(.invalidRequest, "the entity names \(part.type) twice") }
            self[keyPath: path] = Name(part.name)
        }
        try check()
    }

    /// Its parts, as answers carry them.
    public var parts: [(type: String, name: String?)] {
        var parts: [(type: String, name: String?)] = []
        if let user { parts.append((Self.userType, user.text)) }
        if let clientID { parts.append((Self.clientIDType, clientID.text)) }
        if let address { parts.append((Self.addressType, address.text)) }
        return parts
    }

    public var description: String {
        parts.map { "\($0.type) \($0.name.map { "\"\($0)\"" } ?? "by default")" }.joined(separator: ", ")
    }

    func check() throws(AccessError) {
        guard !parts.isEmpty else { throw AccessError(.invalidRequest, "the entity is empty: name a user, a client-id or an ip") }
        guard address == nil || (user == nil && clientID == nil) else {
            throw AccessError(.invalidRequest, "an ip has quotas of its own; it cannot be combined with a user or client-id")
        }
        for part in parts {
            guard let name = part.name else { continue }
            guard Self.nameLengths.contains(name.utf8.count), name.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
                throw AccessError(.invalidRequest, "the name of a \(part.type) has 1 to \(Self.nameLengths.upperBound) bytes, without control characters")
            }
        }
        if let ip = address?.text, !IPAddressText.isValid(ip) {
            throw AccessError(.invalidRequest, "\"\(ip)\" is no IPv4 or IPv6 address")
        }
    }

    func precedes(_ other: QuotaEntity) -> Bool {
        let (left, right) = (parts, other.parts)
        for (one, two) in zip(left, right) {
            if one.type != two.type { return one.type > two.type }
            if one.name?.utf8.elementsEqual((two.name ?? "").utf8) != true { return (one.name ?? "").precedesBytes(of: two.name ?? "") }
        }
        return left.count < right.count
    }
}

/// Addresses as text: "10.0.0.7", "fe80::1".
enum IPAddressText {
    static func isValid(_ text: String) -> Bool { text.utf8.contains(UInt8(ascii: ":")) ? isVersion6(text) : isVersion4(text[...]) }

    private static func isVersion4(_ text: Substring) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                (1...3).contains(part.utf8.count) && part.utf8.allSatisfy { (48...57).contains($0) } && (Int(part) ?? 256) < 256
            }
    }

    private static func isVersion6(_ text: String) -> Bool {
        var groups = text.split(separator: ":", omittingEmptySubsequences: false)
        guard groups.count >= 3, text.utf8.count <= 45 else { return false }
        // At either end "::" leaves two empty groups; one of them is only the end.
        if groups[0].isEmpty {
            guard groups[1].isEmpty else { return false }
            groups.removeFirst()
        }
        if groups[groups.count - 1].isEmpty {
            guard groups.count >= 2, groups[groups.count - 2].isEmpty else { return false }
            groups.removeLast()
        }
        let gaps = groups.count { $0.isEmpty }
        guard gaps <= 1 else { return false }
        var width = 0
        for (index, group) in groups.enumerated() where !group.isEmpty {
            if index == groups.count - 1, isVersion4(group) {
                width += 2
            } else {
                guard group.utf8.count <= 4, group.utf8.allSatisfy({ Int(String(UnicodeScalar($0)), radix: 16) != nil }) else { return false }
                width += 1
            }
        }
        return gaps == 1 ? width < 8 : width == 8
    }
}
