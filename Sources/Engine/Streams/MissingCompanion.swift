import Coordination

/// Why a joining stage could not handle a record: what was to be joined with it never came.
struct MissingCompanion: Error, CustomStringConvertible {
    let record: TopicPartition
    let order: OrderKey
    let companion: TopicPartition

    var description: String {
        "\(companion) holds nothing of order \(order), which stands in \(record): the stage that writes it could not handle the record (its dead letters say why)"
    }
}
