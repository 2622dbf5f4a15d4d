import Records
import Synchronization
public import SystemIO

/// One partition on disk: segments of record batches in a folder, in Kafka's file layout.
///
/// Thread rule: every method may be called from any thread. Appends and maintenance are one at a time; reads go on beside
/// them and see the log as of one moment. One process at a time may have a folder open: whoever owns the data folder
/// locks it. Methods throw `LogError` or `SystemIOError`.
///
///     let log = try PartitionLog(folder: "data/0", fileSystem: PosixFileSystem())
///     let appended = try log.append(batches: bytes, leaderEpoch: 0)
///     try log.flush()                                        // acknowledged: durable, and below the high watermark
///     let slice = try log.read(from: appended.baseOffset, maxBytes: 1 << 20, upTo: .highWatermark)
public final class PartitionLog: Sendable {
    public let folder: String
    /// What opening found and did.
    public let recovery: RecoveryReport
    let fileSystem: any FileSystem
    let clock: any TimeSource
    let files: LogFiles
    let descriptors: FileDescriptorCache
    private let settings: Mutex<LogConfiguration>
    private let onGrowth: (@Sendable () -> Void)?
    /// Held while the log is changed, also over the write itself.
    let state: Mutex<LogState>
    /// What readers see; held for a moment. Taken after `state`, never the other way round.
    let published: Mutex<LogView>
    /// Where sealed segments go, if anywhere.
    let remote = Mutex<RemoteTier?>(nil)
    /// Held over a compaction or a removal of segments, so that there is one at a time. Taken before `flushing`.
    let cleaning = Mutex(())
    /// Held over a sync, so that there is one at a time. Taken before `state`.
    let flushing = Mutex(())

    /// Opens the log in `folder`, or begins one there, and recovers it.
    ///
    /// `descriptors`: shared by all logs of a process, so that thousands of them keep few files open; without it this log has one of its own.
    /// `onGrowth`: called when readers can see more than before, under the log's lock: it must only take note, and not call the log.
    public init(
        folder: String, fileSystem: any FileSystem, clock: any TimeSource = SystemTimeSource(),
        configuration: LogConfiguration = LogConfiguration(), descriptors: FileDescriptorCache? = nil,
        onGrowth: (@Sendable () -> Void)? = nil
    ) throws {
        self.folder = folder
        self.fileSystem = fileSystem
        self.clock = clock
        self.descriptors = descriptors ?? FileDescriptorCache(fileSystem: fileSystem, limit: 64)
        self.onGrowth = onGrowth
        settings = Mutex(configuration)
        files = LogFiles(folder: folder)
        var recovery = LogRecovery(
            files: files, fileSystem: fileSystem, clock: clock, configuration: configuration, descriptors: self.descriptors)
        let state = try recovery.open()
        self.recovery = recovery.report
        published = Mutex(state.view)
        self.state = Mutex(state)
    }

    /// The settings in force.
    public var configuration: LogConfiguration { settings.withLock { $0 } }

    /// Puts other settings in force, from the next operation on; `index.interval.bytes` from the next segment on.
    public func reconfigure(_ configuration: LogConfiguration) {
        settings.withLock { $0 = configuration }
        // A topic that no longer waits for syncs shows its readers everything.
        guard configuration.flushPolicy != .group else { return }
        state.withLock { state in
            guard !state.isClosed else { return }
            state.raiseHighWatermark(to: state.endOffset)
            publish(state)
        }
    }

    var view: LogView { published.withLock { $0 } }

    /// The first offset that may be read, here or in the remote store.
    public var startOffset: Int64 { view.logStart }
    /// The offset that the next record gets.
    public var endOffset: Int64 { view.endOffset }
    /// Consumers read up to here: what is durable under `flush.policy=group`, the end otherwise.
    public var highWatermark: Int64 { view.highWatermark }
    /// Consumers that want committed records alone read up to here.
    public var lastStableOffset: Int64 { view.lastStableOffset }
    /// Everything below is durable.
    public var flushedOffset: Int64 { state.withLock { $0.flushedOffset } }
    /// Bytes of batches in all segments.
    public var sizeInBytes: Int64 { view.segments.reduce(0) { $0 + $1.size } }
    public var segmentCount: Int { view.segments.count }
    public var latestLeaderEpoch: Int32? { state.withLock { $0.epochs.latest } }
    /// Why the log takes no writes, if so.
    public var offlineReason: String? { state.withLock { $0.offlineReason } }

    /// The last epoch not above `epoch`, and the offset at which it ends.
    public func endOffset(ofLeaderEpoch epoch: Int32) -> (epoch: Int32, endOffset: Int64)? {
        state.withLock { $0.epochs.end(of: epoch, logEnd: $0.endOffset) }
    }

    /// Producers whose transaction is open, and where it begins.
    public var ongoingTransactions: [OngoingTransaction] {
        state.withLock { state in
            state.producers.openTransactions.map { producerId, firstOffset in
                OngoingTransaction(
                    producerId: producerId, producerEpoch: state.producers[producerId]?.epoch ?? -1, firstOffset: firstOffset,
                    lastTimestamp: state.producers[producerId]?.timestamp ?? -1)
            }.sorted { $0.firstOffset < $1.firstOffset }
        }
    }

    /// What is remembered of each idempotent producer.
    public var activeProducers: [ActiveProducer] {
        state.withLock { state in
            state.producers.producers.map { producerId, producer in
                ActiveProducer(
                    producerId: producerId, producerEpoch: producer.epoch, lastSequence: producer.lastSequence,
                    lastTimestamp: producer.timestamp, coordinatorEpoch: producer.coordinatorEpoch,
                    transactionFirstOffset: producer.transactionFirstOffset)
            }.sorted { $0.producerId < $1.producerId }
        }
    }

    /// Makes everything durable, notes that the log was closed well, and refuses everything from then on.
    public func close() throws {
        defer {
            // Also after a failure nothing is taken any more.
            state.withLock { state in
                state.isClosed = true
                publish(state)
            }
        }
        _ = try flush()
        try flushing.withLock { _ in
            let note: CleanShutdown? = try state.withLock { state in
                guard !state.isClosed else { return nil }
                // What was appended since the flush above is not acknowledged, and is refused from here on.
                state.isClosed = true
                // Nothing was changed since the note of the last shutdown, or ever.
                guard !state.hasShutdownNote, state.endOffset > 0 else { return nil }
                if state.active.size > 0 { _ = try state.active.withLoadedIndexes { $0.noteLargestTimestamp() } }
                for segment in state.segments { try segment.settleIndexes() }
                return state.endOffset == state.flushedOffset ? try CleanShutdown(state) : nil
            }
            guard let note else { return }
            // Without the note the next start reads more: recovery point and snapshots are as they were.
            try fileSystem.replaceFile(files.cleanShutdown, with: note.encode())
        }
    }

    /// Called before anything on disk is changed: the note of a clean shutdown is not true any more.
    func removeShutdownNote(_ state: inout LogState) throws {
        guard state.hasShutdownNote else { return }
        try fileSystem.remove(files.cleanShutdown)
        state.hasShutdownNote = false
        state.noteRemovalNeedsSync = true
        state.folderNeedsSync = true
    }

    /// Lets go of indexes and buffers of a log that was not used for a while; they are read again when they are needed.
    public func releaseMemory() {
        state.withLock { state in
            state.scratch = []
            for segment in state.segments { segment.forget() }
        }
    }

    /// Refuses what cannot go on.
    func checkWritable(_ state: LogState) throws {
        if state.isClosed { throw LogError.closed(folder: folder) }
        if let reason = state.offlineReason { throw LogError.offline(folder: folder, reason: reason) }
    }

    func publish(_ state: LogState) {
        let view = state.view
        let hasGrown = published.withLock { published in
            defer { published = view }
            return view.highWatermark > published.highWatermark || view.lastStableOffset > published.lastStableOffset
        }
        if hasGrown { onGrowth?() }
    }
}

/// An open transaction of one partition.
public struct OngoingTransaction: Sendable, Equatable {
    public var producerId: Int64
    public var producerEpoch: Int16
    public var firstOffset: Int64
    /// Milliseconds; of the producer's last batch.
    public var lastTimestamp: Int64
}

/// An idempotent producer that a partition remembers.
public struct ActiveProducer: Sendable, Equatable {
    public var producerId: Int64
    public var producerEpoch: Int16
    public var lastSequence: Int32
    public var lastTimestamp: Int64
    public var coordinatorEpoch: Int32
    public var transactionFirstOffset: Int64?
}
