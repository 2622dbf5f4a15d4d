import Coordination

/// Why a stage that joins could not handle a record: what was to be joined with it never came.
struct MissingCompanion: Error, CustomStringConvertible {
    let record: TopicPartition
    let order: OrderKey
    /// A partition, or a topic.
    let companion: any CustomStringConvertible & Sendable

    var description: String {
        "\(companion) holds nothing of order \(order), which stands in \(record): the stage that writes it could not handle the record (its dead letters say why)"
    }
}
