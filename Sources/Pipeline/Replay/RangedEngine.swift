public import Coordination
public import LogClient
import Records
public import Streams

/// A log of which a replay sees only its ranges: other readers' records are not there, and behind each range stands the end of the input.
///
/// In the ranges' partitions a fetch stops at the range's end and gives one record more: a mark that nothing follows, at the offset `end`, so
/// that merges do not wait and writers close what is open. So the visible end is `end + 1`. All else goes to the log behind.
///
/// With a limit the ranges are read at most so fast, so that the live stages of the same log are not held up; a fetch that comes too early finds nothing yet.
///
/// Thread rule: that of the engine behind.
public final class RangedEngine: LogEngine {
    private let base: any LogEngine
    private let ranges: [TopicPartition: Bounds]
    private let sample: KeySample?
    private let limit: RateLimit?

    private struct Bounds {
        var range: ReplayRange
        var first: OrderKey?
        var last: OrderKey?
    }

    public init(_ base: any LogEngine, ranges: [ReplayRange], sample: KeySample? = nil, limit: RateLimit? = nil) {
        self.base = base
        self.limit = limit
        self.sample = sample
        var bounds: [TopicPartition: Bounds] = [:]
        for range in ranges {
            bounds[range.place] = Bounds(
                range: range, first: range.firstOrder.flatMap { OrderKey(hexadecimal: $0) }, last: range.lastOrder.flatMap { OrderKey(hexadecimal: $0) })
        }
        self.ranges = bounds
    }

    public func partitionCount(of topic: String) throws(EngineError) -> Int32 { try base.partitionCount(of: topic) }

    public func startOffset(of partition: TopicPartition) throws(EngineError) -> Int64 {
        guard let bounds = ranges[partition] else { return try base.startOffset(of: partition) }
        return bounds.range.start
    }

    public func stableOffset(of partition: TopicPartition) throws(EngineError) -> Int64 {
        guard let bounds = ranges[partition] else { return try base.stableOffset(of: partition) }
        return bounds.range.end + 1
    }

    public func endOffset(of partition: TopicPartition) throws(EngineError) -> Int64 {
        guard let bounds = ranges[partition] else { return try base.endOffset(of: partition) }
        return bounds.range.end + 1
    }

    public func backlog(of partition: TopicPartition, from offset: Int64) throws(EngineError) -> Backlog {
        guard let bounds = ranges[partition] else { return try base.backlog(of: partition, from: offset) }
        guard offset < bounds.range.end else { return Backlog(records: 0, bytes: 0) }
        let whole = try base.backlog(of: partition, from: offset)
        let records = min(whole.records, Int(bounds.range.end - offset))
        return Backlog(records: records, bytes: whole.records == 0 ? 0 : whole.bytes * records / whole.records)
    }

    public func release(_ partition: TopicPartition) { base.release(partition) }

    public func fetch(
        _ partition: TopicPartition, from offset: Int64, maximumBytes: Int, waitingAtMost duration: Duration, into records: inout RecordSet
    ) throws(EngineError) {
        guard let bounds = ranges[partition] else {
            return try base.fetch(partition, from: offset, maximumBytes: maximumBytes, waitingAtMost: duration, into: &records)
        }
        let end = bounds.range.end
        records.removeAll()
        records.nextOffset = offset
        while records.isEmpty, records.nextOffset < end {
            let place = records.nextOffset
            if let limit, !limit.allows { return }
            let most = min(maximumBytes, limit?.pieceBytes ?? maximumBytes)
            try base.fetch(partition, from: place, maximumBytes: most, waitingAtMost: duration, into: &records)
            limit?.take(records.byteCount)
            // A cluster has not sent it yet.
            guard records.nextOffset > place else { return }
            records.keep { record in record.offset < end && isWanted(record, bounds) }
        }
        guard records.nextOffset >= end, offset <= end else { return }
        records.append(
            Record(
                offset: end, timestamp: 0, key: nil, value: nil,
                headers: [
                    RecordHeader(key: RuntimeHeader.mark, value: [1]), RecordHeader(key: RuntimeHeader.order, value: OrderKey.last.bytes),
                ]))
        records.nextOffset = end + 1
    }

    private func isWanted(_ record: borrowing FetchedRecord, _ bounds: Bounds) -> Bool {
        if bounds.first != nil || bounds.last != nil, let order = record.header(named: "leat-order").flatMap({ OrderKey($0) }) {
            if let first = bounds.first, order < first { return false }
            if let last = bounds.last, order > last { return false }
        }
        guard let sample else { return true }
        if let key = record.key { return sample.holds(key) }
        // A mark says how far its stage is, for every sample; a record without a key is known by its place in the order.
        if record.value == nil, record.header(named: "leat-mark") != nil { return true }
        return record.header(named: "leat-order").map { sample.holds($0) } ?? true
    }

    public func committedPositions(
        of group: String, in partitions: [TopicPartition]
    ) throws(EngineError) -> [TopicPartition: OffsetAndMetadata] { try base.committedPositions(of: group, in: partitions) }

    public func commitPositions(_ positions: [OffsetCommit]) throws(EngineError) { try base.commitPositions(positions) }

    /// Nothing: what goes is decided by those who know how far the live stages are.
    public func applyRetention(keeping: [TopicPartition: Int64]) throws(EngineError) {}

    public func beginTransaction(id: String) throws(EngineError) -> any LogTransaction { try base.beginTransaction(id: id) }
}

extension OrderKey {
    /// Behind every record.
    static let last = OrderKey(.max, partition: .max, offset: .max)

    var hexadecimal: String { PageIdentity.hexadecimal(bytes) }

    init?(hexadecimal text: String) {
        let digits = text.utf8.compactMap { digit -> UInt8? in
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
            default: nil
            }
        }
        guard digits.count == Self.byteCount * 2, text.utf8.count == digits.count else { return nil }
        let bytes = stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
        guard let key = bytes.withUnsafeBytes({ OrderKey($0) }) else { return nil }
        self = key
    }
}
