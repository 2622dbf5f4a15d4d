// clean-shutdown: what a log knew when it was closed well, so that opening it again reads nothing else. Big-endian.
//   version i16 = 1
//   CRC-32C u32 of everything after it
//   start offset i64, end offset i64, sparse below i64, cleaned up to i64 (see CleanerCheckpoint)
//   recovery point i64, as in its own file, which is not written on the way out
//   whether the file of leader epochs lags behind i8
//   segment count i32, for each: base offset i64, size i64, largest timestamp i64
//   epoch count i32, for each: epoch i32, start offset i64
//   producers: to the end, as in a .snapshot file
//
// Published by rename, synced. It is removed before anything changes, and that removal is durable before a new segment or a new start is. An
// append to the last segment needs no such order: the file's size then tells that this is stale.

import Records
import SystemIO

struct CleanShutdown: Sendable {
    var startOffset: Int64
    var endOffset: Int64
    var recoveryPoint: Int64
    var epochsNeedWriting: Bool
    var cleaner = CleanerCheckpoint()
    var segments: [Segment.Place]
    var epochs: LeaderEpochs
    var producers: ProducerStateTable

    private static let limit = 64 << 20

    func encode() -> [UInt8] {
        var body = startOffset.bigEndianBytes + endOffset.bigEndianBytes
        body += cleaner.sparseBelow.bigEndianBytes + cleaner.cleanedUpTo.bigEndianBytes
        body += recoveryPoint.bigEndianBytes + [epochsNeedWriting ? 1 : 0]
        body += Int32(segments.count).bigEndianBytes
        for segment in segments {
            body += segment.baseOffset.bigEndianBytes + segment.size.bigEndianBytes + segment.largestTimestamp.bigEndianBytes
        }
        body += Int32(epochs.entries.count).bigEndianBytes
        for entry in epochs.entries { body += entry.epoch.bigEndianBytes + entry.startOffset.bigEndianBytes }
        body += ProducerSnapshot.encode(producers)
        return Int16(1).bigEndianBytes + Checksum.crc32c(body).bigEndianBytes + body
    }

    /// `nil` for anything that `encode` did not write.
    init?(_ bytes: [UInt8]) {
        let raw = bytes[...]
        guard bytes.count >= 55, raw.bigEndian(Int16.self, at: 0) == 1,
            raw.bigEndian(UInt32.self, at: 2) == bytes.withUnsafeBytes({ Checksum.crc32c(UnsafeRawBufferPointer(rebasing: $0[6...])) })
        else { return nil }
        startOffset = raw.bigEndian(Int64.self, at: 6)
        endOffset = raw.bigEndian(Int64.self, at: 14)
        cleaner.sparseBelow = raw.bigEndian(Int64.self, at: 22)
        cleaner.cleanedUpTo = raw.bigEndian(Int64.self, at: 30)
        recoveryPoint = raw.bigEndian(Int64.self, at: 38)
        epochsNeedWriting = bytes[46] != 0
        let count = Int(raw.bigEndian(Int32.self, at: 47))
        guard count > 0, count <= (bytes.count - 55) / 24 else { return nil }
        segments = (0..<count).map { index in
            let at = 51 + index * 24
            let size = raw.bigEndian(Int64.self, at: at + 8)
            // A file is made by its first batch.
            return Segment.Place(
                baseOffset: raw.bigEndian(Int64.self, at: at), size: size, exists: size > 0, largestTimestamp: raw.bigEndian(Int64.self, at: at + 16))
        }
        for index in segments.indices { segments[index].isSparse = segments[index].baseOffset < cleaner.sparseBelow }
        var at = 51 + count * 24
        let epochCount = Int(raw.bigEndian(Int32.self, at: at))
        at += 4
        guard epochCount >= 0, epochCount <= (bytes.count - at) / 12 else { return nil }
        epochs = LeaderEpochs()
        for _ in 0..<epochCount {
            guard epochs.note(epoch: raw.bigEndian(Int32.self, at: at), offset: raw.bigEndian(Int64.self, at: at + 4)) else { return nil }
            at += 12
        }
        guard let producers = ProducerSnapshot.decode(Array(bytes[at...])) else { return nil }
        self.producers = producers
    }

    init(_ state: LogState) throws {
        startOffset = state.startOffset
        endOffset = state.endOffset
        recoveryPoint = state.recoveryPoint
        epochsNeedWriting = state.epochsNeedWriting
        cleaner = state.cleaner
        segments = try state.segments.map { segment in
            Segment.Place(
                baseOffset: segment.baseOffset, size: segment.size, exists: true, largestTimestamp: try segment.largestTimestamp(),
                isSparse: segment.isSparse)
        }
        epochs = state.epochs
        producers = state.producers
    }

    /// What the file says; `nil` where there is none that is whole. Everything below `endOffset` was durable then, also when it is stale.
    static func read(_ files: LogFiles, fileSystem: any FileSystem) throws -> CleanShutdown? {
        do throws(SystemIOError) {
            return CleanShutdown(try fileSystem.readFile(files.cleanShutdown, limit: limit))
        } catch {
            if error.isNotFound { return nil }
            throw error
        }
    }

    /// Whether the last segment is as it was then.
    func isCurrent(_ files: LogFiles, fileSystem: any FileSystem) throws -> Bool {
        guard let last = segments.last else { return false }
        return try fileSystem.fileSize(files.path(last.baseOffset, .log)) ?? 0 == last.size
    }
}
