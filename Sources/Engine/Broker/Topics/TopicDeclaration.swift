/// A topic as it is declared: name, partitions, and settings by Kafka's own keys.
public struct TopicDeclaration: Hashable, Sendable {
    public var name: String
    public var partitions: Int32
    /// Kafka's keys (`retention.bytes`, `cleanup.policy`…) and ours (`flush.policy`).
    public var settings: [String: String]

    public init(name: String, partitions: Int32, settings: [String: String] = [:]) {
        self.name = name
        self.partitions = partitions
        self.settings = settings
    }

    /// Partitions of one topic at most.
    public static let maximumPartitions: Int32 = 10_000

    /// Kafka's rule for names: 1 to 249 of `[a-zA-Z0-9._-]`, neither `.` nor `..`. Nothing else may become part of a path.
    public static func isValidName(_ name: some StringProtocol) -> Bool {
        guard (1...249).contains(name.utf8.count), name != ".", name != ".." else { return false }
        return name.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x2E
                || byte == 0x5F || byte == 0x2D
        }
    }

    func validate() throws(BrokerError) {
        guard Self.isValidName(name) else {
            throw BrokerError(
                .invalidTopicName, "topic name \"\(name)\": 1 to 249 of letters, digits, dot, underscore and hyphen are allowed")
        }
        guard (1...Self.maximumPartitions).contains(partitions) else {
            throw BrokerError(.invalidPartitions, "topic \(name): \(partitions) partitions; 1 to \(Self.maximumPartitions) are allowed")
        }
    }
}
