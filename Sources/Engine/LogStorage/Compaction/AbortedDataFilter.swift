import Records

/// Says of each batch of a walk in order whether it belongs to a transaction that was aborted.
struct AbortedDataFilter {
    private var pending: ArraySlice<AbortedTransaction>
    /// Producers whose aborted transaction is being walked through, and where it ends.
    private var open: [Int64: Int64] = [:]

    /// `transactions`: all whose markers may lie behind the first batch of the walk.
    init(_ transactions: [AbortedTransaction]) {
        pending = transactions.sorted { $0.firstOffset < $1.firstOffset }[...]
    }

    mutating func isAborted(_ header: RecordBatchHeader) -> Bool {
        while let next = pending.first, next.firstOffset <= header.lastOffset {
            pending = pending.dropFirst()
            // Of two of one producer the earlier one ends before the later begins.
            open[next.producerId] = next.lastOffset
        }
        guard header.hasProducer, let end = open[header.producerId] else { return false }
        if header.baseOffset >= end {
            open[header.producerId] = nil
            return false
        }
        return header.attributes.isTransactional && !header.attributes.isControl
    }
}
