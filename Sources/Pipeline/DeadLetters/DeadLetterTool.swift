public import Coordination
import Glibc
public import LogClient
import Records
import Streams

/// Puts dead letters back where they came from, or drops them: each once, whatever is killed when.
///
/// What is put back, the entries that say so (who, when, why) and the position of the tool's group are one transaction. The transaction is begun
/// before the journal is read, and begins by fencing an older one: of two tools at once one loses its transaction, with all of it, and begins again
/// with the journal as the other has left it. Dropped letters stay in their topic until its retention takes them; the entry is what keeps them from being listed and retried.
///
/// **Order.** A record that is put back gets a new order key, behind everything its topic holds, because stages that write files and merge
/// partitions take keys only as they rise; marks of the same place go to the other partitions, so that no merge waits. Its document has then
/// its place at the end: deduplication sees it after those it was read with.
public struct DeadLetterTool {
    public struct Result: Sendable {
        public var letter: BuriedRecord
        /// Where it was put: the partition it came from; nil for one that was dropped, or that somebody else had settled.
        public var putBack: TopicPartition?
        /// True where somebody had retried or dropped it meanwhile.
        public var wasSettled = false

        public init(letter: BuriedRecord, putBack: TopicPartition? = nil, wasSettled: Bool = false) {
            self.letter = letter
            self.putBack = putBack
            self.wasSettled = wasSettled
        }
    }

    /// The group whose lag is the number of dead letters that may wait.
    public static let group = "leat-dlq"
    static let transactionalID = "leat-dlq"

    private let engine: any LogEngine
    private let map: PipelineMap
    private let by: String
    private let nowMilliseconds: @Sendable () -> Int64

    public init(
        _ engine: any LogEngine, _ map: PipelineMap, by: String, nowMilliseconds: @escaping @Sendable () -> Int64 = { PipelineRunner.wallMilliseconds() }
    ) {
        self.engine = engine
        self.map = map
        self.by = by
        self.nowMilliseconds = nowMilliseconds
    }

    /// Why a letter cannot be put back; nil where it can.
    public func obstacle(_ letter: BuriedRecord) throws -> String? {
        let stage = try map.stage(letter.stage)
        if let obstacle = RetryRule.obstacle(stage, source: letter.source.topic, map) { return obstacle }
        let partitions = try engine.partitionCount(of: letter.source.topic)
        return letter.source.partition < partitions ? nil : "\(letter.source.topic) has only \(partitions) partitions now"
    }

    public func retry(_ letters: [BuriedRecord], reason: String = "") throws -> [Result] {
        for letter in letters {
            if let obstacle = try obstacle(letter) { throw PipelineError("\(letter.place) cannot be put back: \(obstacle)") }
        }
        return try settle(letters, .retried, reason) { letters, transaction in
            for (topic, letters) in Dictionary(grouping: letters, by: \.source.topic).sorted(by: { $0.key < $1.key }) {
                try putBack(letters, topic, transaction)
            }
        }
    }

    public func drop(_ letters: [BuriedRecord], reason: String = "") throws -> [Result] {
        try settle(letters, .dropped, reason) { _, _ in }
    }

    /// How often a transaction that another tool has fenced is begun again.
    private static let attempts = 6

    private func settle(
        _ letters: [BuriedRecord], _ action: DeadLetterFate.Action, _ reason: String, _ work: ([BuriedRecord], any LogTransaction) throws -> Void
    ) throws -> [Result] {
        for attempt in 1... {
            do {
                return try settleOnce(letters, action, reason, work)
            } catch let error as EngineError where error.kind == .fenced {
                guard attempt < Self.attempts else {
                    throw PipelineError(
                        "another `leat dlq` is at work on the same dead letters, and took the turn \(attempt) times (\(error)). Nothing is done twice: run it again when the other has ended")
                }
                // Longer each time and never the same, so that two do not go on fencing each other.
                var pause = timespec(tv_sec: 0, tv_nsec: Int.random(in: 50_000_000...150_000_000) * attempt)
                nanosleep(&pause, nil)
            }
        }
        return []
    }

    private func settleOnce(
        _ letters: [BuriedRecord], _ action: DeadLetterFate.Action, _ reason: String, _ work: ([BuriedRecord], any LogTransaction) throws -> Void
    ) throws -> [Result] {
        let transaction = try engine.beginTransaction(id: Self.transactionalID)
        do {
            let fates = try OperationJournal(engine).entries(DeadLetterFate.self, kind: DeadLetterFate.kind)
            let waiting = letters.filter { fates[$0.place.description] == nil }
            try work(waiting, transaction)
            let builder = RecordBatchBuilder()
            for letter in waiting {
                let fate = DeadLetterFate(
                    action: action, stage: letter.stage, error: String(letter.error.prefix(500)), key: String(letter.key.prefix(500)),
                    sourceTopic: letter.source.topic, sourcePartition: letter.source.partition, sourceOffset: letter.sourceOffset,
                    milliseconds: nowMilliseconds(), by: by, reason: reason)
                try OperationJournal.add(
                    fate, kind: DeadLetterFate.kind, name: letter.place.description, to: builder, milliseconds: nowMilliseconds())
                if builder.byteCount > 1 << 18 { try transaction.append(builder, to: OperationJournal.partition) }
            }
            if !builder.isEmpty { try transaction.append(builder, to: OperationJournal.partition) }
            let settled = Set(fates.keys).union(waiting.map(\.place.description))
            let offsets = try DeadLetterBox(engine, map).waitingOffsets(of: Set(waiting.map(\.place.partition)), settled: settled)
            try transaction.commit(
                offsets.sorted { $0.key < $1.key }.map { OffsetCommit(group: Self.group, partition: $0.key, position: OffsetAndMetadata(offset: $0.value)) })
            let done = Set(waiting.map(\.place))
            return letters.map { letter in
                Result(letter: letter, putBack: action == .retried && done.contains(letter.place) ? letter.source : nil, wasSettled: !done.contains(letter.place))
            }
        } catch {
            try? transaction.abort()
            throw error
        }
    }

    /// Appends the records to the ends of their partitions, and the marks behind them.
    private func putBack(_ letters: [BuriedRecord], _ topic: String, _ transaction: any LogTransaction) throws {
        let tail = try TopicTail(engine, topic)
        // What a source stage reads has no order of its own.
        let isOrdered = try letters.allSatisfy { try map.stage($0.stage).isPure }
        var next = tail.next
        var builders: [Int32: RecordBatchBuilder] = [:]
        for letter in letters {
            let builder = builders[letter.source.partition] ?? RecordBatchBuilder()
            builders[letter.source.partition] = builder
            var headers = letter.record.headers.filter { header in
                !BuriedRecord.ownHeaders.contains(header.key) && !RetryHeader.all.contains(header.key) && !(isOrdered && header.key == RuntimeHeader.order)
            }
            headers.append(RecordHeader(key: RetryHeader.stage, value: letter.stage))
            headers.append(RecordHeader(key: RetryHeader.place, value: letter.place.description))
            if isOrdered {
                headers.append(RecordHeader(key: RuntimeHeader.order, value: next.bytes))
                next.offset += 1
            }
            try builder.append(key: letter.record.key, value: letter.record.value, headers: headers, timestamp: letter.record.timestamp)
            if builder.byteCount > 1 << 18 { try transaction.append(builder, to: TopicPartition(topic, letter.source.partition)) }
        }
        for number in 0..<tail.partitions where isOrdered {
            let builder = builders[number] ?? RecordBatchBuilder()
            builders[number] = builder
            try builder.append(
                key: nil as [UInt8]?, value: nil,
                headers: [
                    RecordHeader(key: RuntimeHeader.mark, value: [tail.isEnded ? 1 : 0]), RecordHeader(key: RuntimeHeader.order, value: next.bytes),
                ], timestamp: nowMilliseconds())
        }
        for (number, builder) in builders.sorted(by: { $0.key < $1.key }) where !builder.isEmpty {
            try transaction.append(builder, to: TopicPartition(topic, number))
        }
    }
}

/// Headers of a record that was put back.
enum RetryHeader {
    /// The stage that it is for.
    static let stage = "leat-retry"
    /// The dead letter that it was.
    static let place = "leat-retry-from"
    static let all: Set<String> = [stage, place]
}

/// The ends of a topic's partitions.
struct TopicTail {
    let partitions: Int32
    /// An order key behind every record and mark of the topic.
    private(set) var next = OrderKey(0, partition: .max, offset: 1)
    /// The last mark said that nothing follows.
    private(set) var isEnded = false

    init(_ engine: any LogEngine, _ topic: String) throws {
        partitions = try engine.partitionCount(of: topic)
        var greatest: OrderKey?
        for number in 0..<partitions {
            guard let last = try Self.last(engine, TopicPartition(topic, number)) else { continue }
            if greatest.map({ last.order >= $0 }) ?? true {
                isEnded = last.isEnd || (greatest == last.order && isEnded)
                greatest = last.order
            }
        }
        guard let greatest else { return }
        next = OrderKey(greatest.primary, partition: .max, offset: greatest.partition == .max ? greatest.offset + 1 : 1)
    }

    /// The greatest order key of the last records: within a partition keys rise.
    private static func last(_ engine: any LogEngine, _ partition: TopicPartition) throws -> (order: OrderKey, isEnd: Bool)? {
        let start = try engine.startOffset(of: partition)
        let end = try engine.stableOffset(of: partition)
        var span: Int64 = 64
        while true {
            let from = max(start, end - span)
            var found: (order: OrderKey, isEnd: Bool)?
            try PartitionScan(engine, partition).forEach(from: from, to: end) { record in
                let order = record.order(in: partition.partition)
                let isEnd = record.isMark && record.header(named: "leat-mark")?.first == 1
                if found.map({ order >= $0.order }) ?? true { found = (order, isEnd) }
            }
            if found != nil || from <= start { return found }
            span *= 8
        }
    }
}
