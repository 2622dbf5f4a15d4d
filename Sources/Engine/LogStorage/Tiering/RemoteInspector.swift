public import Records
import ObjectStore

/// Reads what a partition has in the remote store without changing anything there: for `leat log verify` and `leat log dump`, also beside
/// the process that owns the log. Reads in large pieces; memory is bounded whatever a segment's size.
public struct RemoteInspector: Sendable {
    public typealias Finding = LogInspector.Finding

    private let tier: RemoteTier

    /// Reads the newest manifest. `key`: the partition's. Throws the store's errors, and `LogError` for a manifest that is damaged.
    public init(store: any RemoteSegmentStore, key: String) throws {
        tier = try RemoteTier(store: store, key: key, cache: RemoteCache(limitBytes: 32 << 20), writer: 0)
    }

    /// The offset after the last that is there; nil for nothing.
    public var endOffset: Int64? { tier.manifest.endOffset }
    public var segmentCount: Int { tier.manifest.segments.count }

    /// Calls `body` with every whole batch in order; damage is passed over and answered. `body` answers whether to go on.
    @discardableResult
    public func forEachBatch(_ body: (LogInspector.Batch) throws -> Bool) throws -> [Finding] {
        let manifest = tier.manifest
        var epochs = LeaderEpochs()
        for entry in manifest.epochs { _ = epochs.note(epoch: entry.epoch, offset: entry.startOffset) }
        var findings: [Finding] = []
        var expected: Int64?
        for segment in manifest.segments {
            let name = tier.logName(segment)
            if let expected, segment.baseOffset != expected {
                findings.append(.init(severity: .damage, file: name, position: 0, reason: "offsets \(expected) to \(segment.baseOffset - 1) are missing"))
            }
            expected = segment.endOffset
            if let reason = try absence(of: segment) {
                findings.append(.init(severity: .damage, file: name, position: 0, reason: reason))
                continue
            }
            var checksum: UInt32 = 0
            // What is in the store was whole when it was sent: nothing there is a torn tail.
            let walk = try CheckedWalk(
                file: RemoteFile(segment, of: tier), baseOffset: segment.baseOffset, recoveryPoint: .max, isSparse: false, epochs: epochs
            ).run { batch in
                checksum = Checksum.crc32c(batch.bytes.span.bytes, continuing: checksum)
                return try body(batch)
            }
            findings += walk.findings
            if walk.isStopped { break }
            if walk.findings.isEmpty, checksum != segment.checksum || walk.nextOffset != segment.endOffset {
                findings.append(.init(severity: .damage, file: name, position: 0, reason: "it is not what was uploaded"))
            }
        }
        return findings
    }

    /// Reads everything: checksums, records one by one, offsets, and whether the indexes are what was uploaded.
    public func verify(limits: DecompressionLimits = DecompressionLimits()) throws -> LogInspector.Summary {
        var summary = LogInspector.Summary()
        var malformed: [Finding] = []
        let reader = RecordBatchReader(limits: limits)
        let damage = try forEachBatch { batch in
            summary.batches += 1
            summary.bytes += Int64(batch.bytes.count)
            do {
                try reader.forEachRecord(in: batch.bytes.span.bytes, verifyingChecksum: false) { _ in summary.records += 1 }
            } catch {
                malformed.append(.init(severity: .damage, file: batch.file, position: batch.position, reason: "\(error)"))
            }
            return true
        }
        summary.findings = damage + malformed
        for segment in tier.manifest.segments {
            summary.segments += 1
            guard segment.bundleSize > 0 else { continue }
            do {
                for part in segment.parts.indices { _ = try tier.part(part, of: segment) }
            } catch {
                guard let reason = Self.damage(error) else { throw error }
                summary.findings.append(.init(severity: .damage, file: tier.bundleName(segment), position: 0, reason: reason))
            }
        }
        return summary
    }

    /// Why an object cannot be walked through; nil where it can.
    private func absence(of segment: RemoteManifest.Segment) throws -> String? {
        do {
            _ = try tier.bytes(of: segment, from: 0, count: 1)
            _ = try tier.bytes(of: segment, from: segment.byteCount - 1, count: 1)
            return nil
        } catch {
            guard let reason = Self.damage(error) else { throw error }
            return reason
        }
    }

    /// Nil for what says nothing of the object: a store that cannot be reached.
    private static func damage(_ error: any Error) -> String? {
        switch error {
        case LogError.damagedFile(_, let reason): reason
        case let error as ObjectStoreError where error.kind == .notFound: "there is no such object"
        default: nil
        }
    }
}
