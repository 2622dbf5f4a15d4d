import Broker
public import Coordination
import Records
import Synchronization

/// A data folder as a ``LogEngine`` that only looks, also while another process owns and writes the folder.
///
/// It takes no lock. Extents and positions are those of the first time that each is asked for, so that what is compared was seen at one
/// moment; make a new one to look again. Whatever writes throws ``EngineError/Kind/locked``. Thread rule: any thread, one at a time inside.
public final class SharedEngine: LogEngine {
    private struct State {
        var extents: [TopicPartition: SharedPartitionExtent] = [:]
        var positions: [String: [TopicPartition: SharedGroupPosition]]?
        var cursors: [TopicPartition: Handed] = [:]
    }

    private let log: SharedLogReader
    private let state = Mutex(State())

    /// Throws where the folder is no data folder.
    public init(folder: String) throws(EngineError) {
        do {
            log = try SharedLogReader(folder: folder)
        } catch {
            throw EngineError(translating: error, folder)
        }
    }

    public func partitionCount(of topic: String) throws(EngineError) -> Int32 {
        do { return try log.topic(topic).partitions } catch { throw EngineError(translating: error, log.folder) }
    }

    public func startOffset(of partition: TopicPartition) throws(EngineError) -> Int64 { try extent(of: partition).startOffset }

    public func stableOffset(of partition: TopicPartition) throws(EngineError) -> Int64 { try extent(of: partition).stableOffset }

    /// About: the share of the partition's bytes that the span of offsets has.
    public func backlog(of partition: TopicPartition, from offset: Int64) throws(EngineError) -> Backlog {
        let extent = try extent(of: partition)
        let all = extent.endOffset - extent.startOffset
        let left = extent.stableOffset - max(offset, extent.startOffset)
        guard all > 0, left > 0 else { return Backlog(records: 0, bytes: 0) }
        return Backlog(records: Int(left), bytes: Int(Double(extent.bytes) * Double(left) / Double(all)))
    }

    private func extent(of partition: TopicPartition) throws(EngineError) -> SharedPartitionExtent {
        if let known = state.withLock({ $0.extents[partition] }) { return known }
        do {
            let found = try log.extent(of: partition)
            return state.withLock { state in
                let first = state.extents[partition] ?? found
                state.extents[partition] = first
                return first
            }
        } catch {
            throw EngineError(translating: error, "\(partition)")
        }
    }

    public func fetch(
        _ partition: TopicPartition, from offset: Int64, maximumBytes: Int, waitingAtMost duration: Duration, into records: inout RecordSet
    ) throws(EngineError) {
        let end = try stableOffset(of: partition)
        records.removeAll()
        records.nextOffset = offset
        guard offset < end else { return }
        do {
            // A reader goes on where it stands; only a jump opens another.
            let kept = state.withLock { $0.cursors.removeValue(forKey: partition) }
            let reader = try kept.flatMap { $0.next == offset ? $0.reader : nil } ?? log.open(partition, from: .offset(offset))
            while records.byteCount < maximumBytes, records.nextOffset < end {
                guard let batch = try reader.next() else {
                    records.nextOffset = end
                    break
                }
                for record in batch.records where record.offset >= offset && record.offset < end { records.append(record) }
                records.nextOffset = min(end, max(reader.nextOffset, (batch.records.last?.offset ?? -1) + 1))
            }
            if let lost = reader.takeFindings().first {
                throw EngineError(.corruptBatch, "\(partition): \(lost.description)")
            }
            let handed = Handed(reader, records.nextOffset)
            state.withLock { $0.cursors[partition] = handed }
        } catch {
            throw EngineError(translating: error, "\(partition)")
        }
    }

    public func committedPositions(
        of group: String, in partitions: [TopicPartition]
    ) throws(EngineError) -> [TopicPartition: OffsetAndMetadata] {
        let known = try positions()[group] ?? [:]
        var found: [TopicPartition: OffsetAndMetadata] = [:]
        for partition in partitions { found[partition] = known[partition]?.position }
        return found
    }

    /// When a group last committed, in milliseconds since 1970; nil where it never did.
    public func lastCommit(of group: String) throws(EngineError) -> Int64? {
        try positions()[group]?.values.map(\.committedMilliseconds).max()
    }

    private func positions() throws(EngineError) -> [String: [TopicPartition: SharedGroupPosition]] {
        if let known = state.withLock({ $0.positions }) { return known }
        do {
            let found = try log.positions()
            state.withLock { $0.positions = found }
            return found
        } catch {
            throw EngineError(translating: error, log.folder)
        }
    }

    public func commitPositions(_ positions: [OffsetCommit]) throws(EngineError) { throw refusal }
    public func applyRetention(keeping: [TopicPartition: Int64]) throws(EngineError) {}
    public func beginTransaction(id: String) throws(EngineError) -> any LogTransaction { throw refusal }

    private var refusal: EngineError { EngineError(.locked, "\(log.folder) is open for looking only: nothing can be written through it") }
}

/// A reader on its way between two owners.
private struct Handed: @unchecked Sendable {
    // Sendable: it is in one place at a time; who takes it out of the state is its only owner until it is put back.
    let reader: SharedPartitionReader
    let next: Int64

    init(_ reader: SharedPartitionReader, _ next: Int64) {
        self.reader = reader
        self.next = next
    }
}
