public import LogClient

/// What became of a record that was handled without an error.
public enum Disposition: Sendable {
    /// It went on: what it yields was emitted (or written by a sink).
    case passed
    /// A rule refused it, and ``ProcessorContext/reject(rule:key:value:)`` said why.
    case rejected
    /// The processor has accounted for what was inside the record (``ProcessorContext/account(in:out:rejected:)``).
    case accounted
    /// Not done: the same record is handed over again, after a commit where one is due. What was emitted so far stands, and the
    /// place to go on from must be in the processor's state.
    case unfinished
}

/// What every processor may do beside handling records. All calls come from one owner at a time; a processor belongs to one task.
public protocol ProcessorLifecycle: AnyObject {
    /// Nothing follows in this run: close what is open.
    func endOfInput(_ context: ProcessorContext) throws

    /// A commit is about to be made: write to state (and to files of one's own) what must be true after it.
    func prepareCommit(_ context: ProcessorContext) throws

    /// The commit is durable. May be repeated after a crash, so it must be harmless twice.
    func didCommit(_ context: ProcessorContext) throws

    /// A punctuation scheduled with ``ProcessorContext/schedule(_:every:on:persisted:)`` is due. `milliseconds`: of its clock.
    func punctuate(_ name: String, at milliseconds: Int64, _ context: ProcessorContext) throws

    /// The oldest record that has been handed over and is not yet safe: after a crash, reading begins there again. Nil: all are safe.
    var oldestHeldOrder: OrderKey? { get }

    /// True for a processor whose records become safe later than the next commit, so that ``oldestHeldOrder`` is asked.
    var holdsRecords: Bool { get }
}

extension ProcessorLifecycle {
    public func endOfInput(_ context: ProcessorContext) throws {}
    public func prepareCommit(_ context: ProcessorContext) throws {}
    public func didCommit(_ context: ProcessorContext) throws {}
    public func punctuate(_ name: String, at milliseconds: Int64, _ context: ProcessorContext) throws {}
    public var oldestHeldOrder: OrderKey? { nil }
    public var holdsRecords: Bool { false }
}

/// Handles one record at a time. A record that makes it throw goes to the stage's dead-letter topic, with the error; nothing that
/// it emitted for that record goes out. Writes to state are not taken back: check before writing.
public protocol Processor: ProcessorLifecycle {
    func process(_ record: borrowing FetchedRecord, _ context: ProcessorContext) throws -> Disposition
}

/// Handles pairs of records of two inputs that have the same order key.
public protocol JoiningProcessor: ProcessorLifecycle {
    func process(
        _ record: borrowing FetchedRecord, with companion: borrowing FetchedRecord, _ context: ProcessorContext
    ) throws -> Disposition
}

/// Handles the records of a first input, each after the records of the other inputs that have the same order key.
public protocol GatheringProcessor: Processor {
    /// A companion of the record that ``Processor/process(_:_:)`` is called with next; one of each other input, in their order.
    /// `input`: its index among the stage's inputs, from 1. What it throws is an error of the record's.
    func gather(_ companion: borrowing FetchedRecord, from input: Int) throws
}
