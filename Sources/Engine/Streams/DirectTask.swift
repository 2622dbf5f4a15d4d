public import LogClient
public import Records

/// One stage without a log: a record is handed in, and what the stage emits comes back.
///
/// The processor and its context are those of a task; positions, commits and state are not there. So only a stage that handles each
/// record by itself can run so: one task a partition, no changelog. One owner at a time.
public final class DirectTask {
    /// What became of one record. A failure is what a task would bury: nothing of the record came out.
    public enum Outcome {
        case handled
        case failed(any Error)
    }

    public let stage: Stage
    /// What became of the records so far: Σ in = Σ out + Σ rejected + Σ dead.
    public private(set) var ledger = Ledger()
    private let processor: any Processor
    private let context: ProcessorContext
    private var held = RecordSet()

    /// Throws where the stage needs what only a log gives, and names it.
    public init(_ stage: Stage) throws {
        guard stage.changelog == nil else {
            throw EngineError(.invalidRequest, "stage \(stage.name) keeps state between records, so it needs a log to keep it in")
        }
        guard case .perPartition(let make) = stage.kind else {
            throw EngineError(.invalidRequest, "stage \(stage.name) needs the records of more than one partition or topic, in their order")
        }
        self.stage = stage
        context = ProcessorContext(
            task: TaskIdentifier(stage: stage.name, partition: 0), outputPartitions: stage.outputs.map { _ in 1 },
            deadLetterPartitions: 1, state: nil)
        processor = try make(context)
    }

    /// Handles a record. `emitted` is called for each record that came out, in order: `output` is the index among the stage's
    /// outputs, nil for a rejection. Throws only what ends a task: a fault of the engine.
    public func process(_ record: Record, order: OrderKey, emitted: (_ output: Int?, _ record: Record) throws -> Void) throws -> Outcome {
        context.order = order
        context.timestamp = record.timestamp
        context.inputOffset = record.offset
        context.pendingBytes = 0
        held.removeAll()
        held.append(record)
        do {
            let disposition = try held.withRecord(at: 0) { try processor.process($0, context) }
            try settle(disposition)
        } catch let error where !(error is EngineError) {
            context.pending.removeAll(keepingCapacity: true)
            context.delta = Ledger()
            ledger.in += 1
            ledger.dead += 1
            return .failed(error)
        }
        defer { context.pending.removeAll(keepingCapacity: true) }
        for emission in context.pending where !emission.endOfInput {
            var output: Int?
            if case .output(let index) = emission.target { output = index }
            try emitted(
                output,
                Record(
                    offset: -1, timestamp: context.timestamp, key: emission.key, value: emission.value, headers: emission.headers))
        }
        return .handled
    }

    /// Counts a record that was no record: it could not be read from its source.
    public func countUnreadable() {
        ledger.in += 1
        ledger.dead += 1
    }

    private func settle(_ disposition: Disposition) throws {
        switch disposition {
        case .passed:
            context.delta.in += 1
            context.delta.out += 1
        case .rejected:
            context.delta.in += 1
            context.delta.rejected += 1
        case .accounted: break
        case .unfinished:
            throw EngineError(.invalidRequest, "stage \(stage.name) handles a record in several turns, with state between them: it needs a log")
        }
        ledger += context.delta
        context.delta = Ledger()
    }
}
