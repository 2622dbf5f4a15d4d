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
    /// The monotonic clock when the recovery point was last written, and how much was synced since.
    var checkpointedAt: UInt64
    var bytesSinceCheckpoint: Int64 = 0
    /// For assigning offsets in a copy.
    var scratch: [UInt8] = []

    var active: Segment { segments[segments.count - 1] }

    var firstUnstableOffset: Int64? {
        [producers.firstOpenOffset, unsettled.map(\.firstOffset).min()].compactMap { $0 }.min()
    }

    mutating func raiseHighWatermark(to offset: Int64) {
        highWatermark = max(highWatermark, offset)
        if !unsettled.isEmpty { unsettled.removeAll { $0.lastOffset < highWatermark } }
    }

    var view: LogView {
        LogView(
            segments: segments, startOffset: startOffset, endOffset: endOffset, highWatermark: highWatermark,
            firstUnstableOffset: firstUnstableOffset, isClosed: isClosed, truncations: truncations)
    }
}
