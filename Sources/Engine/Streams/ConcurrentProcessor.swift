public import Records

/// What is done on the task's own thread once the slow part of a record's work is over: emits, rejects or throws, as ``Processor/process(_:_:)`` does.
public typealias ConcurrentCompletion = @Sendable (ProcessorContext) throws -> Disposition

/// Handles many records at a time: for work that waits on something outside, such as a fetch or a model.
///
/// `begin` is called in the order of the input, and the completions run one at a time on the task's thread. A record that makes its completion
/// throw goes to the dead letters. ``Disposition/unfinished`` is not for these stages.
public protocol ConcurrentProcessor: ProcessorLifecycle {
    /// Begins the work for a record and returns at once. `finish` has to be called exactly once, from any thread, also before this returns; it may
    /// come after the task has gone to another process, and does nothing then.
    func begin(_ record: Record, order: OrderKey, _ finish: @escaping @Sendable (@escaping ConcurrentCompletion) -> Void)
}

/// How many records of a concurrent stage are under way, and in which order their results go out.
public struct ConcurrentSettings: Sendable {
    public enum Results: Sendable {
        /// In the order of the input: stages behind may merge by order keys.
        case inInputOrder
        /// As they come. The order keys of the output then go up and down, so nothing behind may merge by them.
        case asTheyCome
    }

    /// Records under way in one task.
    public var limit: Int
    public var results: Results

    /// With results as they come, the records that are done ahead of an unfinished one are named in the committed position's metadata, which
    /// bounds `limit` to 512.
    public init(limit: Int = 64, results: Results = .inInputOrder) {
        self.limit = max(1, min(limit, results == .asTheyCome ? 512 : 100_000))
        self.results = results
    }
}
