import Dispatch
import Glibc
public import LogStorage
import Synchronization

/// Makes many partitions durable with a few threads: one sync for all that wait at a partition.
///
/// Partitions with waiters are taken in turn, each by one thread at a time, and the waiters of a partition are answered in the order in
/// which they came. Threads start with the first use; idle, nothing runs. Thread rule: any thread; completions are called on the
/// scheduler's threads, or at once on the caller's where nothing is to be waited for, and must not block for long.
public final class FlushScheduler: Sendable {
    public typealias Completion = @Sendable (Result<Void, any Error>) -> Void

    /// Unheard acks=1 appends become visible to consumers after so long, in milliseconds.
    public static let lazyMilliseconds: Int64 = 5

    private let queue: FlushQueue

    /// `threads`: how many syncs may wait on the disk at once.
    public init(threads: Int = 4) { queue = FlushQueue(threads: max(1, threads)) }

    deinit { queue.stop() }

    /// Calls `completion` when everything below `offset` is on disk, whatever the topic's `flush.policy` says.
    public func whenDurable(log: PartitionLog, upTo offset: Int64, _ completion: @escaping Completion) {
        if log.configuration.flushPolicy == .group, log.highWatermark >= offset { return completion(.success(())) }
        queue.add(log, offset, completion)
    }

    /// Calls `completion` when `acks=all` may be answered: durable under `flush.policy=group`, at once otherwise.
    public func whenAcknowledged(log: PartitionLog, upTo offset: Int64, _ completion: @escaping Completion) {
        guard log.configuration.flushPolicy == .group else {
            noteAppend(to: log)
            return completion(.success(()))
        }
        whenDurable(log: log, upTo: offset, completion)
    }

    /// Tells of an append that nobody waits for: under `group` it is synced, and so visible to consumers, within a few milliseconds;
    /// under `interval` within the interval.
    public func noteAppend(to log: PartitionLog) {
        switch log.configuration.flushPolicy {
        case .never: break
        case .group: queue.addLater(log, milliseconds: Self.lazyMilliseconds)
        case .interval(let milliseconds): queue.addLater(log, milliseconds: milliseconds)
        }
    }

    /// Calls `completion` once when all of these are durable, or with the first failure.
    func whenDurable(_ places: [(log: PartitionLog, offset: Int64)], _ completion: @escaping Completion) {
        guard !places.isEmpty else { return completion(.success(())) }
        let open = Mutex<(count: Int, failure: (any Error)?)>((places.count, nil))
        let shared = Shared(open)
        for place in places {
            whenDurable(log: place.log, upTo: place.offset) { result in
                let answer = shared.open.withLock { open -> Result<Void, any Error>? in
                    open.count -= 1
                    if case .failure(let error) = result, open.failure == nil { open.failure = error }
                    guard open.count == 0 else { return nil }
                    return open.failure.map { .failure($0) } ?? .success(())
                }
                if let answer { completion(answer) }
            }
        }
    }

    private final class Shared: Sendable {
        let open: Mutex<(count: Int, failure: (any Error)?)>
        init(_ open: consuming sending Mutex<(count: Int, failure: (any Error)?)>) { self.open = open }
    }

    /// Answers those that wait, then ends the threads. Afterwards every call fails.
    public func stop() { queue.stop() }
}
