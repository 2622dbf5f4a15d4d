/// Whole batches, as they lie in the log, and what a reader has to know about them.
public struct LogSlice: Sendable {
    private let storage: [UInt8]
    private let range: Range<Int>
    /// Base offset of the first batch, which may lie before the offset asked for; the next offset when there is none.
    public let firstOffset: Int64
    /// Where the next read goes on.
    public let nextOffset: Int64
    /// For a read up to the last stable offset: the aborted transactions that reach into these batches.
    public let abortedTransactions: [AbortedTransaction]
    /// The log as it was when it was read.
    public let highWatermark: Int64
    public let lastStableOffset: Int64
    public let logStartOffset: Int64

    init(
        storage: [UInt8] = [], range: Range<Int> = 0..<0, firstOffset: Int64, nextOffset: Int64,
        abortedTransactions: [AbortedTransaction] = [], view: LogView
    ) {
        self.storage = storage
        self.range = range
        self.firstOffset = firstOffset
        self.nextOffset = nextOffset
        self.abortedTransactions = abortedTransactions
        highWatermark = view.highWatermark
        lastStableOffset = view.lastStableOffset
        logStartOffset = view.logStart
    }

    public var isEmpty: Bool { range.isEmpty }
    public var byteCount: Int { range.count }
    /// The batches back to back. No copy.
    public var bytes: ArraySlice<UInt8> { storage[range] }
}

/// How far a read may go.
public enum ReadLimit: Sendable {
    case highWatermark
    case lastStableOffset
    case logEnd
}
