public import Coordination
public import LogClient
import Records

/// Moves a group's positions, with an entry in the journal, as one transaction.
public struct PositionReset {
    public enum Place: Hashable, Sendable {
        case earliest
        case latest
        /// Where it stands: for an export.
        case current
        case offset(Int64)
        case offsets([ReplayPlace.NamedOffset])
        case time(Int64)
        case shift(Int64)
        case snapshot(String)
        /// Lines "topic,partition,offset", as Kafka's tool writes and reads them.
        case list([TopicPartition: Int64])
    }

    public struct Move: Hashable, Sendable {
        public var partition: TopicPartition
        /// Nil where the group has no position.
        public var from: Int64?
        public var to: Int64
        /// The ledger and whatever else the group keeps with its position stays.
        var metadata: String

        public var isBack: Bool { from.map { to < $0 } ?? false }
        public var isOn: Bool { from.map { to > $0 } ?? false }
    }

    /// Of the journal, under the group's name.
    public struct Entry: Codable, Hashable, Sendable {
        public static let kind = "reset"
        public var group: String
        /// "topic-partition: from -> to".
        public var moves: [String]
        /// Since 1970.
        public var milliseconds: Int64
        public var by: String
    }

    private let engine: any LogEngine
    private let topics: any TopicKeeping
    public let group: String

    public init(_ engine: any LogEngine, topics: any TopicKeeping, group: String) {
        self.engine = engine
        self.topics = topics
        self.group = group
    }

    /// What would change. Places before a partition's start or behind its end become those.
    public func moves(of partitions: [TopicPartition], to place: Place) throws -> [Move] {
        var targets: [TopicPartition: Int64] = [:]
        switch place {
        case .time(let milliseconds): targets = try topics.offsets(of: partitions, atOrAfter: milliseconds)
        case .snapshot(let name):
            guard let record = try OperationJournal(engine).entries(SnapshotRecord.self, kind: SnapshotRecord.kind)[name] else {
                throw PipelineError("there is no snapshot \(name); `leat snapshot list` shows those there are")
            }
            for partition in partitions { targets[partition] = record.offset(of: partition) }
        case .list(let offsets): targets = offsets
        case .offsets(let named):
            for one in named {
                let matching = partitions.filter { place in place.partition == one.partition && (one.topic == nil || one.topic == place.topic) }
                guard !matching.isEmpty else {
                    throw PipelineError("--to: there is no partition \(one.topic.map { $0 + ":" } ?? "")\(one.partition) among those that are chosen")
                }
                for partition in matching { targets[partition] = one.offset }
            }
        case .earliest, .latest, .current, .offset, .shift: break
        }
        var moves: [Move] = []
        for partition in partitions.sorted() {
            let start = try engine.startOffset(of: partition)
            let end = try engine.stableOffset(of: partition)
            let position = try engine.committedPosition(of: group, in: partition)
            let wanted: Int64
            switch place {
            case .earliest: wanted = start
            case .latest: wanted = end
            case .offset(let offset): wanted = offset
            case .current:
                guard let position else { continue }
                wanted = position.offset
            case .shift(let count):
                guard let position else { throw PipelineError("group \(group) has no position in \(partition) to shift") }
                let (moved, isTooFar) = position.offset.addingReportingOverflow(count)
                wanted = isTooFar ? .max : moved
            case .time, .snapshot, .list, .offsets:
                guard let target = targets[partition] else { continue }
                wanted = target
            }
            moves.append(Move(partition: partition, from: position?.offset, to: min(max(wanted, start), end), metadata: position?.metadata ?? ""))
        }
        return moves
    }

    /// Why the stage's group should not be moved; nil where it may.
    public static func obstacle(_ stage: PipelineMap.Stage) -> String? {
        if stage.changelog != nil {
            return "the stage \(stage.name) has state, and state cannot go back with its positions: it would count or write again what it has seen. Use `leat replay \(stage.name)`, which has state of its own"
        }
        if stage.shape == .joined {
            return "the stage \(stage.name) joins its inputs record by record, and they must stand at the same one: use `leat replay \(stage.name)`, which aligns them"
        }
        return nil
    }

    /// What moving a stage means for its outputs and its ledger.
    public static func warnings(_ stage: PipelineMap.Stage, _ moves: [Move]) -> [String] {
        let outputs = (stage.outputs + [stage.folder].compactMap { $0 }).joined(separator: ", ")
        var warnings: [String] = []
        if moves.contains(where: \.isBack) {
            warnings.append("\(stage.name) reads again what it has handled: \(outputs) gets those documents a second time, and the ledger counts them twice")
        }
        if moves.contains(where: \.isOn) { warnings.append("\(stage.name) never handles what is passed over; the ledger does not count it") }
        return warnings
    }

    public func execute(_ moves: [Move], by: String, milliseconds: Int64) throws {
        try OperationJournal.declare(in: topics)
        let transaction = try engine.beginTransaction(id: "leat-reset")
        do {
            let builder = RecordBatchBuilder()
            let entry = Entry(
                group: group, moves: moves.map { "\($0.partition): \($0.from.map { String($0) } ?? "none") -> \($0.to)" }, milliseconds: milliseconds, by: by)
            try OperationJournal.add(entry, kind: Entry.kind, name: group, to: builder, milliseconds: milliseconds)
            try transaction.append(builder, to: OperationJournal.partition)
            try transaction.commit(
                moves.map { OffsetCommit(group: group, partition: $0.partition, position: OffsetAndMetadata(offset: $0.to, metadata: $0.metadata)) })
        } catch {
            try? transaction.abort()
            throw error
        }
    }
}
