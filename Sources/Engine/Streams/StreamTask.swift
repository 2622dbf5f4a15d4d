import Coordination
import LogClient
import Records
import StateStore

/// A stage over one partition number: reads, handles, emits, and says what a commit must hold.
///
/// Owned by one worker at a time; the runtime hands it over under its lock. No lock inside.
final class StreamTask {
    enum Progress {
        /// Nothing more to read for now.
        case starved
        /// The slice is over; there may be more.
        case sliceEnded
    }

    let identifier: TaskIdentifier
    let stage: Stage
    private enum Handler {
        case single(any Processor)
        case joining(any JoiningProcessor)
        case gathering(any GatheringProcessor)
        case concurrent(any ConcurrentProcessor, RecordsUnderWay)
    }

    private let handler: Handler
    private let lifecycle: any ProcessorLifecycle
    let cursors: [InputCursor]
    /// Of a task that gathers: the cursors of each input.
    var inputGroups: [[InputCursor]] = []
    let context: ProcessorContext
    let outputs: OutputCollector
    private let state: TaskChangelog?
    let build: String
    private let nowMilliseconds: @Sendable () -> Int64
    /// The greatest timestamp of the records handled.
    var streamTime: Int64?
    private var held: [HeldPositions]
    private var committed: [OffsetAndMetadata]
    /// The highest order key handled since the task began.
    var handledOrder: OrderKey?
    /// True where something happened since the last commit.
    var isDirty = false
    /// True for a task that alone writes every partition of its outputs: a merged one, or the one task of a stage.
    private let ownsAllOutputs: Bool

    init(
        stage: Stage, identifier: TaskIdentifier, cursors: [InputCursor], context: ProcessorContext, outputs: OutputCollector,
        state: TaskChangelog?, ownsAllOutputs: Bool, build: String, nowMilliseconds: @escaping @Sendable () -> Int64
    ) throws {
        self.stage = stage
        self.identifier = identifier
        self.cursors = cursors
        self.context = context
        self.outputs = outputs
        self.state = state
        self.build = build
        self.nowMilliseconds = nowMilliseconds
        self.ownsAllOutputs = ownsAllOutputs
        held = cursors.map { _ in HeldPositions() }
        committed = cursors.map { OffsetAndMetadata(offset: $0.position, metadata: $0.ledger.text) }
        switch stage.kind {
        case .perPartition(let make), .merged(let make):
            let processor = try make(context)
            handler = .single(processor)
            lifecycle = processor
        case .joined(let make):
            let processor = try make(context)
            handler = .joining(processor)
            lifecycle = processor
        case .gathered(let make):
            let processor = try make(context)
            handler = .gathering(processor)
            lifecycle = processor
        case .concurrent(let settings, let make):
            let processor = try make(context)
            handler = .concurrent(processor, RecordsUnderWay(settings))
            lifecycle = processor
        }
    }

    /// Handles records until `shouldStop` says so or nothing is left. Returns the bytes emitted, too.
    func run(
        _ transaction: any LogTransaction, shouldStop: () -> Bool
    ) throws -> (progress: Progress, emittedBytes: Int) {
        context.pendingBytes = 0
        try punctuate(transaction)
        while !shouldStop() {
            guard try step(transaction) else { return (.starved, context.pendingBytes) }
            if !context.punctuations.isEmpty { try punctuate(transaction) }
        }
        return (.sliceEnded, context.pendingBytes)
    }

    /// True where every input was handled to its end.
    func isDrained() throws -> Bool {
        try (recordsUnderWay?.isEmpty ?? true) && cursors.allSatisfy { try $0.isDrained() } && held.allSatisfy { $0.isEmpty }
    }

    /// Of a concurrent stage.
    private var recordsUnderWay: RecordsUnderWay? {
        if case .concurrent(_, let underWay) = handler { underWay } else { nil }
    }

    /// What became of the records of all input partitions, as of the last commit.
    var ledger: Ledger { cursors.reduce(into: Ledger()) { $0 += $1.ledger } }

    /// Positions as they stand, for lag.
    var positions: [(partition: TopicPartition, offset: Int64)] { cursors.map { ($0.partition, $0.position) } }

    /// Bytes of the task's state, on disk and in memory; 0 without state.
    var stateByteCount: Int { state?.state.byteCount ?? 0 }

    /// Asks for a commit where only control records lie between what is committed and what is read: else the group would seem to lag for ever.
    func noteMovedPositions() {
        guard !isDirty, held.allSatisfy(\.isEmpty), recordsUnderWay?.isEmpty ?? true else { return }
        isDirty = zip(cursors, committed).contains { $0.position != $1.offset }
    }

    /// The lowest offsets that a restart may read again.
    var committedPositions: [(partition: TopicPartition, offset: Int64)] {
        zip(cursors, committed).map { ($0.partition, $1.offset) }
    }

    // MARK: One record

    private func step(_ transaction: any LogTransaction) throws -> Bool {
        switch handler {
        case .joining: return try stepJoined(transaction)
        case .gathering(let processor): return try stepGathered(processor, transaction)
        case .concurrent(let processor, let underWay): return try stepConcurrently(processor, underWay, transaction)
        case .single: break
        }
        guard let (cursor, head) = try InputSelection.next(among: cursors) else { return false }
        isDirty = true
        guard head.kind == .record else {
            try pass(mark: head, from: [cursor], transaction)
            return true
        }
        prepare(cursor, head)
        let disposition = attempt { context in
            guard case .single(let processor) = handler else { return .passed }
            return try cursor.withRecord { record in try processor.process(record, context) }
        }
        try settle(disposition, [cursor], head, transaction)
        return true
    }

    private func stepJoined(_ transaction: any LogTransaction) throws -> Bool {
        for cursor in cursors {
            while let head = try cursor.head(), head.kind == .mark { cursor.advance() }
        }
        noteJoinedProgress()
        guard let first = try cursors[0].head() else { return false }
        let companion = try cursors[1].head()
        // The stage before has passed this order key without a companion: it could not handle the record, which is in its dead letters.
        if first.kind == .record, companion.map({ $0.order > first.order }) ?? cursors[1].progress.map({ $0 >= first.order }) ?? false {
            isDirty = true
            prepare(cursors[0], first)
            let missing = MissingCompanion(record: cursors[0].partition, order: first.order, companion: cursors[1].partition)
            try settle(.failure(missing), [cursors[0]], first, transaction)
            return true
        }
        guard let second = companion else { return false }
        isDirty = true
        guard first.order == second.order, (first.kind == .endOfInput) == (second.kind == .endOfInput) else {
            throw EngineError(
                .invalidRequest,
                """
                stage \(stage.name): \(cursors[0].partition) stands at order \(first.order) and \(cursors[1].partition) at \
                \(second.order): joined inputs must hold the same records in the same order
                """)
        }
        guard first.kind == .record else {
            try pass(mark: first, from: cursors, transaction)
            return true
        }
        prepare(cursors[0], first)
        let disposition = attempt { context in
            guard case .joining(let processor) = handler else { return .passed }
            return try cursors[0].withRecord { record in
                try cursors[1].withRecord { companion in try processor.process(record, with: companion, context) }
            }
        }
        try settle(disposition, cursors, first, transaction)
        return true
    }

    /// Lets the timers come that are due.
    private func punctuate(_ transaction: any LogTransaction) throws {
        guard !context.punctuations.isEmpty else { return }
        for due in context.punctuations.due(streamTime: streamTime, wallTime: nowMilliseconds()) {
            isDirty = true
            if let handledOrder { context.order = handledOrder }
            try lifecycle.punctuate(due.name, at: due.time, context)
            if due.isPersisted { try PunctuationStore.write(due.next, of: due.name, try context.store(PunctuationStore.name)) }
            try sendPending(transaction)
        }
    }

    /// A join has handled all up to what both inputs have passed: records below that had their companions, or were none.
    private func noteJoinedProgress() {
        guard let first = cursors[0].progress, let second = cursors[1].progress else { return }
        let progress = min(first, second)
        guard handledOrder.map({ $0 < progress }) ?? true else { return }
        handledOrder = progress
        isDirty = true
    }

    func prepare(_ cursor: InputCursor, _ head: InputHead) {
        context.order = head.order
        context.inputPartition = cursor.partition.partition
        cursor.withRecord { record in
            context.inputOffset = record.offset
            context.timestamp = record.timestamp
        }
        streamTime = max(streamTime ?? context.timestamp, context.timestamp)
    }

    /// Runs the processor; an error becomes a result, and takes back what was emitted.
    func attempt(_ body: (ProcessorContext) throws -> Disposition) -> Result<Disposition, any Error> {
        do {
            return .success(try body(context))
        } catch {
            context.pending.removeAll(keepingCapacity: true)
            context.delta = Ledger()
            return .failure(error)
        }
    }

    func settle(
        _ outcome: Result<Disposition, any Error>, _ consumed: [InputCursor], _ head: InputHead,
        _ transaction: any LogTransaction
    ) throws {
        let disposition = try conclude(outcome, consumed[0].withRecordIfFailed(outcome), of: consumed[0].partition, transaction)
        handledOrder = max(handledOrder ?? context.order, context.order)
        if disposition == .unfinished {
            hold(consumed[0], order: context.order)
            return
        }
        for cursor in consumed { cursor.advance() }
        for cursor in consumed.dropFirst() { hold(cursor, order: head.order, counts: false) }
        hold(consumed[0], order: head.order)
    }

    /// Notes what the record did for the ledger, to be counted when the record is safe.
    private func hold(_ cursor: InputCursor, order: OrderKey, counts: Bool = true) {
        guard lifecycle.holdsRecords else {
            if counts {
                cursor.ledger += context.delta
                context.delta = Ledger()
            }
            return
        }
        let index = cursors.firstIndex { $0 === cursor } ?? 0
        held[index].append(order: order, nextOffset: cursor.position, ledger: counts ? context.delta : Ledger())
        if counts { context.delta = Ledger() }
    }

    // MARK: Marks

    func pass(mark: InputHead, from consumed: [InputCursor], _ transaction: any LogTransaction) throws {
        handledOrder = max(handledOrder ?? mark.order, mark.order)
        for cursor in consumed {
            cursor.advance()
            hold(cursor, order: mark.order, counts: false)
        }
        guard mark.kind == .endOfInput else { return }
        // A task that merges has met the end when every partition's end mark is off the front.
        if stage.hasOneTask, !mergedCursors.allSatisfy({ ($0.progress ?? OrderKey(0)) >= mark.order }) { return }
        try finish(mark: mark, transaction)
    }

    /// Nothing follows the mark in this run, where it says so: what is open is closed, and the mark goes on.
    func finish(mark: InputHead, _ transaction: any LogTransaction) throws {
        guard mark.kind == .endOfInput else { return }
        context.order = mark.order
        try lifecycle.endOfInput(context)
        try sendPending(transaction)
        for partition in ownOutputPartitions {
            try outputs.addMark(to: partition, order: mark.order, endOfInput: true, transaction: transaction)
        }
    }

    /// The output partitions that this task alone writes, and whose progress it therefore knows.
    var ownOutputPartitions: [TopicPartition] {
        var partitions: [TopicPartition] = []
        for (index, topic) in stage.outputs.enumerated() {
            if ownsAllOutputs {
                for number in 0..<context.outputPartitions[index] { partitions.append(TopicPartition(topic, number)) }
            } else {
                partitions.append(TopicPartition(topic, identifier.partition))
            }
        }
        return partitions
    }

    // MARK: Commit

    /// Brings everything into the transaction that the commit must hold, and says how far the inputs are handled.
    func prepareCommit(_ transaction: any LogTransaction) throws -> [OffsetCommit] {
        try lifecycle.prepareCommit(context)
        try sendPending(transaction)
        if let order = handledOrder {
            for partition in ownOutputPartitions where outputs.lastOrder(in: partition).map({ $0 < order }) ?? true {
                try outputs.addMark(to: partition, order: order, endOfInput: false, transaction: transaction)
            }
        }
        try outputs.flush(transaction)
        try state?.writeChanges(transaction)
        let oldestHeld = lifecycle.holdsRecords ? lifecycle.oldestHeldOrder : nil
        var commits: [OffsetCommit] = []
        for (index, cursor) in cursors.enumerated() {
            let released = held[index].release(before: oldestHeld, into: &cursor.ledger)
            let position: OffsetAndMetadata
            if let underWay = recordsUnderWay {
                position = SettledAhead.position(
                    underWay.oldestOffset(ofCursor: index) ?? cursor.position, cursor.ledger, underWay.offsetsAhead(ofCursor: index) + cursor.settledAhead)
            } else {
                let offset = held[index].isEmpty ? cursor.position : released ?? committed[index].offset
                position = OffsetAndMetadata(offset: offset, metadata: cursor.ledger.text)
            }
            guard position != committed[index] else { continue }
            committed[index] = position
            commits.append(OffsetCommit(group: stage.group, partition: cursor.partition, position: position))
        }
        return commits
    }

    /// After the commit is durable: state becomes lasting, the processor is told.
    func finishCommit(_ transaction: any LogTransaction) throws {
        try state?.commit(transaction)
        try lifecycle.didCommit(context)
        isDirty = false
    }

    /// Before the first record: what the last commit of an earlier life left to do after it.
    func resume() throws { try lifecycle.didCommit(context) }

    /// Nothing more is read for this task.
    func close() { for cursor in cursors { cursor.close() } }
}
