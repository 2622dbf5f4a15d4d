import Coordination
import Dispatch
import LogStorage
import Synchronization

/// Compacts the topics that ask for it, one partition after another, away from those who write and read.
///
/// One pass at a time; a pass that is asked for while one runs is not begun. Thread rule: any thread.
final class Compactor: Sendable {
    private struct State {
        var isRunning = false
        var isStopped = false
    }

    private struct Stopped: Error {}

    private let state = Mutex(State())
    private let running = DispatchGroup()

    /// Looks at every compacted partition in the background; which of them are compacted their settings say.
    func begin(_ partitions: [(partition: TopicPartition, log: PartitionLog)], now: Int64) {
        let logs = partitions.filter { !InternalTopics.isOwn($0.partition.topic) && $0.log.configuration.isCompacted }.map(\.log)
        guard !logs.isEmpty else { return }
        let begins = state.withLock { state in
            guard !state.isRunning, !state.isStopped else { return false }
            state.isRunning = true
            running.enter()
            return true
        }
        guard begins else { return }
        DispatchQueue.global(qos: .utility).async { [self] in
            for log in logs where !state.withLock({ $0.isStopped }) {
                // What cannot be compacted stays as it is, and is told by `leat log verify` where it is damaged.
                _ = try? log.compact(now: now) { _ in
                    if state.withLock({ $0.isStopped }) { throw Stopped() }
                }
            }
            state.withLock { $0.isRunning = false }
            running.leave()
        }
    }

    /// Gives up what is under way, without harm, and waits until it has ended.
    func stop() {
        state.withLock { $0.isStopped = true }
        running.wait()
    }
}
