// leat.operations: one partition, compacted. Key: kind "/" name, UTF-8: `snapshot/NAME`, `replay/INTO`, `dead/TOPIC:PARTITION:OFFSET`,
// `reset/GROUP`. Value: one JSON object, its form that of the type named by the kind; null: the entry is gone.

public import Coordination
import FoundationEssentials
public import LogClient
import Records
import Streams

/// What operators did to a log, kept in the log: snapshots, replays, what became of dead letters, resets.
///
/// Entries are written in the transaction of what they tell of, so they are there exactly where it happened.
public struct OperationJournal: Sendable {
    public static let topic = "leat.operations"
    public static let settings = ["cleanup.policy": "compact", "retention.ms": "-1", "retention.bytes": "-1", "compression.type": "zstd"]
    static let partition = TopicPartition(topic, 0)

    private let engine: any LogEngine

    public init(_ engine: any LogEngine) { self.engine = engine }

    /// Makes the topic where it is not there.
    public static func declare(in topics: any TopicKeeping) throws {
        guard try topics.describe(topic) == nil else { return }
        do {
            try topics.make(topic, partitions: 1, settings: settings)
        } catch {
            // Somebody else was faster.
            guard try topics.describe(topic) != nil else { throw error }
        }
    }

    /// The latest entry of each name, by name. Empty where nothing was ever done.
    public func entries<Entry: Decodable>(_ type: Entry.Type, kind: String) throws -> [String: Entry] {
        var found: [String: Entry] = [:]
        let prefix = kind + "/"
        guard try engine.partitionsIfPresent(of: Self.topic) != nil else { return [:] }
        try PartitionScan(engine, Self.partition).forEach { record in
            guard let key = record.key.map({ String(decoding: $0, as: UTF8.self) }), key.hasPrefix(prefix) else { return }
            let name = String(key.dropFirst(prefix.count))
            guard let value = record.value else {
                found[name] = nil
                return
            }
            do {
                found[name] = try JSONDecoder().decode(type, from: Data(value))
            } catch {
                throw PipelineError("\(Self.topic) offset \(record.offset): the entry \(key) is damaged: \(describe(error))")
            }
        }
        return found
    }

    /// One record for a transaction's batch; nil takes the entry away.
    static func add<Entry: Encodable>(_ entry: Entry?, kind: String, name: String, to builder: RecordBatchBuilder, milliseconds: Int64) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let value = try entry.map { [UInt8](try encoder.encode($0)) }
        try builder.append(key: Array("\(kind)/\(name)".utf8), value: value, headers: [], timestamp: milliseconds)
    }

    /// Writes one entry by itself.
    public func write<Entry: Encodable>(_ entry: Entry?, kind: String, name: String) throws {
        let transaction = try engine.beginTransaction(id: "leat-operations")
        do {
            let builder = RecordBatchBuilder()
            try Self.add(entry, kind: kind, name: name, to: builder, milliseconds: PipelineRunner.wallMilliseconds())
            try transaction.append(builder, to: Self.partition)
            try transaction.commit([])
        } catch {
            try? transaction.abort()
            throw error
        }
    }
}

/// Reads one partition from a place to another.
public struct PartitionScan {
    private let engine: any LogEngine
    private let partition: TopicPartition

    public init(_ engine: any LogEngine, _ partition: TopicPartition) {
        self.engine = engine
        self.partition = partition
    }

    /// Visits the committed records from `start` (default: the log's) to `end`, exclusive (default: the log's at the beginning).
    public func forEach(
        from start: Int64? = nil, to end: Int64? = nil, _ body: (borrowing FetchedRecord) throws -> Void
    ) throws {
        let first = try max(start ?? 0, engine.startOffset(of: partition))
        let last = try min(end ?? .max, engine.stableOffset(of: partition))
        try engine.forEachRecord(in: partition, from: first, upTo: last) { record in
            try body(record)
            return true
        }
    }
}

extension LogEngine {
    /// Nil where there is no such topic.
    func partitionsIfPresent(of topic: String) throws -> Int32? {
        do {
            return try partitionCount(of: topic)
        } catch {
            if error.kind == .unknownTopic { return nil }
            throw error
        }
    }
}

extension FetchedRecord {
    /// A progress mark of a stage: no data.
    var isMark: Bool { key == nil && value == nil && header(named: "leat-mark") != nil }

    /// The record's place in the one order, as the runtime has it.
    func order(in partition: Int32) -> OrderKey {
        header(named: "leat-order").flatMap { OrderKey($0) }
            ?? OrderKey(UInt64(clamping: timestamp), partition: UInt32(bitPattern: partition), offset: UInt64(clamping: offset))
    }

    func text(_ name: StaticString) -> String? { header(named: name).map { String(decoding: $0, as: UTF8.self) } }
}
