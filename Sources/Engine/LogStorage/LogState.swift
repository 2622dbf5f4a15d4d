/// What the writer of a partition knows; held under the writer's lock.
struct LogState: Sendable {
    var segments: [Segment]
    var startOffset: Int64
    var endOffset: Int64
    var highWatermark: Int64
    /// Everything below is durable.
    var flushedOffset: Int64
    /// As written in the file.
    var recoveryPoint: Int64
    var producers: ProducerStateTable
    var epochs: LeaderEpochs
    var cleaner: CleanerCheckpoint
    /// The folder's own name is not durable yet.
    var parentNeedsSync = false
    /// The note of a clean shutdown is there, and has to go before anything changes.
    var hasShutdownNote = false
    /// It was removed, and that is not durable yet.
    var noteRemovalNeedsSync = false
    /// Ended transactions whose marker is not below the high watermark yet.
    var unsettled: [EndedTransaction] = []
    /// A file was made or removed since the folder was last synced.
    var folderNeedsSync = false
    var epochsNeedWriting = false
    /// Milliseconds by the wall clock.
    var activeSince: Int64
    /// Why the log takes no writes.
    var offlineReason: String?
    var isClosed = false
    var truncations = 0
    var changes = 0
    /// The monotonic clock when the recovery point was last written, and how much was synced since.
    var checkpointedAt: UInt64
    var bytesSinceCheckpoint: Int64 = 0
    /// For assigning offsets in a copy.
    var scratch: [UInt8] = []

    mutating func takeScratch() -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &scratch)
        return taken
    }

    /// Keeps a buffer of moderate size for the next append.
    mutating func giveBack(_ bytes: inout [UInt8]) {
        if bytes.capacity <= 1 << 20, bytes.capacity > scratch.capacity { swap(&bytes, &scratch) }
    }

    var active: Segment { segments[segments.count - 1] }

    var firstUnstableOffset: Int64? {
        var first = producers.firstOpenOffset
        for ended in unsettled { first = min(first ?? .max, ended.firstOffset) }
        return first
    }

    mutating func raiseHighWatermark(to offset: Int64) {
        highWatermark = max(highWatermark, offset)
        if !unsettled.isEmpty { unsettled.removeAll { $0.lastOffset < highWatermark } }
    }

    var view: LogView {
        LogView(
            segments: segments, startOffset: startOffset, endOffset: endOffset, highWatermark: highWatermark,
            firstUnstableOffset: firstUnstableOffset, isClosed: isClosed, truncations: truncations,
            changes: changes, activeSize: active.size)
    }
}
