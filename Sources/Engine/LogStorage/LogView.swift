/// The log at one moment, as readers see it: published whole after each change.
struct LogView: Sendable {
    var segments: [Segment]
    var startOffset: Int64
    var endOffset: Int64
    var highWatermark: Int64
    /// The first offset of the oldest transaction that is open, or whose end is not below the high watermark.
    var firstUnstableOffset: Int64?
    var isClosed = false
    /// Counts truncations, so that a reader who saw bytes change under it knows why.
    var truncations = 0
    /// Counts changes to the list of segments other than a new one at its end.
    var changes = 0
    /// Bytes of the last segment: it may have grown since.
    var activeSize: Int64 = 0

    var lastStableOffset: Int64 { min(firstUnstableOffset ?? highWatermark, highWatermark) }

    func end(_ limit: ReadLimit) -> Int64 {
        switch limit {
        case .highWatermark: highWatermark
        case .lastStableOffset: lastStableOffset
        case .logEnd: endOffset
        }
    }

    func size(of index: Int) -> Int64 { index + 1 < segments.count ? segments[index].size : activeSize }

    /// The number of the segment that holds `offset`, or would.
    func segmentIndex(of offset: Int64) -> Int {
        var low = 0
        var high = segments.count
        while low < high {
            let middle = (low + high) / 2
            if segments[middle].baseOffset <= offset { low = middle + 1 } else { high = middle }
        }
        return max(0, low - 1)
    }

    /// The base of the segment after number `index`, or the log's end.
    func nextBase(after index: Int) -> Int64 {
        index + 1 < segments.count ? segments[index + 1].baseOffset : endOffset
    }
}
