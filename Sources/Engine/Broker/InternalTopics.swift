/// The broker's own topics: ordinary partitions in Kafka's record formats (Coordination), one partition each.
enum InternalTopics {
    static let offsets = "__consumer_offsets"
    static let transactions = "__transaction_state"

    /// Their whole present state is small and in memory, so they are kept short by restating: see ``InternalLog``.
    static var declarations: [TopicDeclaration] {
        [offsets, transactions].map { name in
            TopicDeclaration(
                name: name, partitions: 1,
                settings: [
                    "cleanup.policy": "compact", "segment.bytes": "4194304", "compression.type": "producer",
                    // A transaction's record names all its partitions and positions.
                    "max.message.bytes": "67108864",
                ])
        }
    }

    /// Whether the broker itself reads it at its start.
    static func isOwn(_ name: String) -> Bool { name == offsets || name == transactions }

    static func isInternal(_ name: String) -> Bool { name.hasPrefix("__") }
}
