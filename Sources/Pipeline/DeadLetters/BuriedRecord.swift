public import Coordination
import LogClient
public import Records
import Streams

/// A record that a stage could not handle: the original bytes, and in headers the error, the stage, its build and the place it came from.
public struct BuriedRecord: Sendable {
    /// Where it lies.
    public var place: DeadLetterPlace
    /// The record as it lies there.
    public var record: Record
    public var stage: String
    public var build: String
    public var error: String
    public var source: TopicPartition
    public var sourceOffset: Int64

    /// Headers that burying a record adds, and retrying takes away.
    static let ownHeaders: Set<String> = [
        RuntimeHeader.error, RuntimeHeader.stage, RuntimeHeader.build, RuntimeHeader.sourceTopic, RuntimeHeader.sourcePartition,
        RuntimeHeader.sourceOffset,
    ]

    /// Throws where the record is no dead letter of a stage.
    init(_ record: Record, at place: DeadLetterPlace) throws {
        guard let stage = record.header(RuntimeHeader.stage), let topic = record.header(RuntimeHeader.sourceTopic),
            let partition = record.header(RuntimeHeader.sourcePartition).flatMap({ Int32($0) }),
            let offset = record.header(RuntimeHeader.sourceOffset).flatMap({ Int64($0) })
        else { throw PipelineError("\(place) is no dead letter: it lacks the headers that say where it came from") }
        self.place = place
        self.record = record
        self.stage = stage
        build = record.header(RuntimeHeader.build) ?? ""
        error = record.header(RuntimeHeader.error) ?? ""
        source = TopicPartition(topic, partition)
        sourceOffset = offset
    }

    public var key: String { record.key.map { String(decoding: $0, as: UTF8.self) } ?? "" }
}

/// A dead letter's place: "filter.dlq:0:17".
public struct DeadLetterPlace: Hashable, Comparable, Sendable, CustomStringConvertible {
    public var partition: TopicPartition
    public var offset: Int64

    public init(_ partition: TopicPartition, _ offset: Int64) {
        self.partition = partition
        self.offset = offset
    }

    /// Reads TOPIC:PARTITION:OFFSET.
    public init?(text: String) {
        let fields = text.split(separator: ":", omittingEmptySubsequences: false)
        guard fields.count == 3, !fields[0].isEmpty, let number = Int32(fields[1]), number >= 0, let offset = Int64(fields[2]), offset >= 0 else {
            return nil
        }
        self.init(TopicPartition(String(fields[0]), number), offset)
    }

    public var description: String { "\(partition.topic):\(partition.partition):\(offset)" }

    public static func < (left: DeadLetterPlace, right: DeadLetterPlace) -> Bool {
        (left.partition, left.offset) < (right.partition, right.offset)
    }
}

/// What became of a dead letter: an entry of the journal (``OperationJournal``, kind "dead"), under its place.
public struct DeadLetterFate: Codable, Hashable, Sendable {
    public enum Action: String, Codable, Sendable { case retried, dropped }

    public static let kind = "dead"

    public var action: Action
    public var stage: String
    public var error: String
    public var key: String
    /// Where it came from; for one that was retried also where it went: it is appended there.
    public var sourceTopic: String
    public var sourcePartition: Int32
    public var sourceOffset: Int64
    /// Since 1970.
    public var milliseconds: Int64
    /// Who did it, and why, where that was said.
    public var by: String
    public var reason: String
}

/// Which dead letters are meant.
public struct DeadLetterFilter: Sendable {
    /// Empty: all that were not retried or dropped.
    public var places: Set<DeadLetterPlace> = []
    public var stages: Set<String> = []
    /// A part of the error, letters as they are.
    public var errorText: String?
    /// Timestamps of the records, milliseconds since 1970.
    public var since: Int64?
    public var until: Int64?
    /// Those that were retried or dropped, too.
    public var includesSettled = false

    public init() {}

    func holds(_ letter: BuriedRecord) -> Bool {
        if !places.isEmpty, !places.contains(letter.place) { return false }
        if !stages.isEmpty, !stages.contains(letter.stage) { return false }
        if let errorText, !letter.error.contains(errorText) { return false }
        if let since, letter.record.timestamp < since { return false }
        if let until, letter.record.timestamp >= until { return false }
        return true
    }
}
