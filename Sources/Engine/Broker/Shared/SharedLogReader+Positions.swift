public import Coordination
import Records
import SystemIO

extension SharedLogReader {
    /// Where each group stands, also where its last commit is durable and the owner was killed before it wrote the positions.
    public func positions() throws -> [String: [TopicPartition: SharedGroupPosition]] {
        var positions: [String: [TopicPartition: SharedGroupPosition]] = [:]
        /// Where in the log each key stands last, also where it was removed.
        var places: [[UInt8]: Int64] = [:]
        let reader = try open(TopicPartition(InternalTopics.offsets, 0), from: .earliest, isolation: .uncommitted)
        while let batch = try reader.next() {
            for record in batch.records {
                guard let key = record.key, let (group, partition) = try key.withUnsafeBytes({ try OffsetRecord.decodeKey($0) })
                else { continue }
                places[key] = record.offset
                guard let value = record.value else {
                    positions[group]?[partition] = nil
                    continue
                }
                positions[group, default: [:]][partition] = SharedGroupPosition(
                    position: try value.withUnsafeBytes { try OffsetRecord.decodeValue($0) },
                    // The commit's time is the value's last field.
                    committedMilliseconds: value.bigEndian(Int64.self, at: max(0, value.count - 8)))
            }
        }
        let ledger = try CommitLedger(log: self)
        try ledger.refresh()
        for transaction in ledger.records.values where transaction.status == .prepareCommit {
            for commit in transaction.offsets {
                // What was written behind the place that the record names is this commit's position, or is newer.
                let key = OffsetRecord.encodeKey(group: commit.group, partition: commit.partition)
                guard transaction.offsetsPosition < 0 || places[key, default: -1] < transaction.offsetsPosition else { continue }
                // A restated log has its positions anew, and records of older builds name no place: then the time decides. In the same
                // millisecond it is this commit's, or is older.
                let present = positions[commit.group]?[commit.partition]
                guard present.map({ $0.committedMilliseconds <= transaction.updateMilliseconds }) ?? true else { continue }
                positions[commit.group, default: [:]][commit.partition] = SharedGroupPosition(
                    position: commit.position, committedMilliseconds: transaction.updateMilliseconds)
            }
        }
        return positions.filter { !$0.value.isEmpty }
    }

    /// What a partition holds now.
    public func extent(of partition: TopicPartition) throws -> SharedPartitionExtent {
        let files = SharedLogFiles(folder: try path(of: partition), fileSystem: fileSystem)
        var extent = SharedPartitionExtent()
        let bases = try files.segmentBases()
        extent.startOffset = max(bases.first ?? 0, files.logStartOffset())
        for base in bases {
            // One that retention removes meanwhile counts for nothing.
            guard let file = try? fileSystem.open(files.path(base, "log"), .read) else { continue }
            extent.bytes += try file.size()
            extent.segments += 1
        }
        extent.endOffset = try open(partition, from: .latest, isolation: .uncommitted).nextOffset
        extent.stableOffset = try open(partition, from: .latest, isolation: .committed).nextOffset
        return extent
    }
}

/// A group's position, and when it was committed.
public struct SharedGroupPosition: Hashable, Sendable {
    public var position: OffsetAndMetadata
    /// Since 1970.
    public var committedMilliseconds: Int64
}

/// A partition's offsets and size.
public struct SharedPartitionExtent: Hashable, Sendable {
    /// The first offset that can be read.
    public var startOffset: Int64 = 0
    /// One past the last record that was written.
    public var endOffset: Int64 = 0
    /// One past the last record that a reader of committed records sees.
    public var stableOffset: Int64 = 0
    public var bytes: Int64 = 0
    public var segments = 0
}
