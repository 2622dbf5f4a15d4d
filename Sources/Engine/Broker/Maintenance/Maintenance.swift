import Coordination
import Dispatch
import LogStorage
import Synchronization

/// What partitions need now and then and what takes long: compaction, and moving old segments to the remote store. One partition after another, away
/// from those who write and read.
///
/// One pass at a time; a pass that is asked for while one runs is not begun. Thread rule: any thread.
final class Maintenance: Sendable {
    private struct State {
        var isRunning = false
        var isStopped = false
        /// Whose topics were deleted since the pass that runs looked.
        var deletions: TopicStore?
        var failure: BrokerError?
    }

    private struct Stopped: Error {}

    private let state = Mutex(State())
    private let running = DispatchGroup()

    /// Looks at every partition in the background; what is done with it its settings say. `keeping`: as for `PartitionLog.applyRetention`.
    func begin(_ topics: TopicStore, now: Int64, keeping: [TopicPartition: Int64]) {
        let work = topics.partitions.filter { !InternalTopics.isOwn($0.partition.topic) && Self.isNeeded($0.log) }
        guard !work.isEmpty || !topics.deletions.pending.isEmpty else { return }
        start { [self] in
            for (partition, log) in work where !isStopped {
                do {
                    try keepHouse(log, now: now, keeping: keeping[partition] ?? .max)
                } catch LogError.closed, LogError.offline {
                    // Deleted meanwhile, or out of order since an earlier failure that was told.
                } catch { note(error, "partition \(partition)") }
            }
            removeRemoteLeftovers(topics)
        }
    }

    /// Removes the objects of deleted topics in the background. One thread does this and uploads, so nothing is uploaded behind it.
    func removeDeleted(_ topics: TopicStore) {
        guard topics.remote != nil, !topics.deletions.pending.isEmpty else { return }
        state.withLock { $0.deletions = topics }
        start {}
    }

    /// Why something in the last passes failed, once.
    func takeFailure() -> BrokerError? {
        state.withLock { state in
            defer { state.failure = nil }
            return state.failure
        }
    }

    /// Waits for what runs.
    func finish() { running.wait() }

    /// Gives up what is under way, without harm, and waits until it has ended.
    func stop(_ remote: RemoteStorage?) {
        state.withLock { $0.isStopped = true }
        remote?.stopUploads()
        running.wait()
    }

    // MARK: - A pass

    private var isStopped: Bool { state.withLock { $0.isStopped } }

    private static func isNeeded(_ log: PartitionLog) -> Bool {
        let settings = log.configuration
        return settings.isCompacted || settings.usesRemoteStorage || settings.flushPolicy != .group
    }

    private func start(_ body: @escaping @Sendable () -> Void) {
        let begins = state.withLock { state in
            guard !state.isRunning, !state.isStopped else { return false }
            state.isRunning = true
            running.enter()
            return true
        }
        guard begins else { return }
        DispatchQueue.global(qos: .utility).async { [self] in
            body()
            while let topics = endOrGoOn() { removeRemoteLeftovers(topics) }
            running.leave()
        }
    }

    /// Ends the pass, unless a topic was deleted meanwhile.
    private func endOrGoOn() -> TopicStore? {
        state.withLock { state in
            defer { state.deletions = nil }
            if let topics = state.deletions, !state.isStopped { return topics }
            state.isRunning = false
            return nil
        }
    }

    private func keepHouse(_ log: PartitionLog, now: Int64, keeping: Int64) throws {
        // Nobody waits for these: without it they would be synced at their closing alone, all at once, and nothing of them could be uploaded.
        if log.configuration.flushPolicy != .group, log.flushedOffset < log.endOffset { try log.flush() }
        if log.configuration.isCompacted {
            do {
                _ = try log.compact(now: now) { [self] _ in
                    if isStopped { throw Stopped() }
                }
            } catch is Stopped { return }
        }
        _ = try log.tier(now: now, keeping: keeping)
    }

    private func removeRemoteLeftovers(_ topics: TopicStore) {
        do { try topics.removeRemoteLeftovers() } catch { note(error, "objects of deleted topics") }
    }

    private func note(_ error: any Error, _ place: String) {
        state.withLock { state in
            // What is given up for the broker's closing is no failure.
            guard state.failure == nil, !state.isStopped else { return }
            state.failure = BrokerError(.inputOutput, "\(place): \(error); it is tried again with the next housekeeping")
        }
    }
}
