// What a shared reader needs to know of a partition's folder (the whole layout: LogStorage/LogFiles):
//   <base offset, 20 digits>.log        record batches back to back
//   <base offset, 20 digits>.index      entries of 8 bytes, ascending: last offset of a batch minus base i32, position i32
//   <base offset, 20 digits>.timeindex  entries of 12 bytes, ascending: largest timestamp so far i64, offset minus base i32
//   <offset, 20 digits>.snapshot        version i16 = 1, CRC-32C u32 of the rest, count i32, then 46 bytes a producer:
//                                       id i64 | epoch i16 at 8 | … | first offset of the open transaction i64 at 38, or -1
//   log-start-offset                    lines of text: 0, then the offset
//   cleaner-checkpoint                  lines of text: 0, then the offset below which compaction may have left gaps, then more
// All integers big-endian. Everything but the .log files is derived, may lag behind and is believed only where the log agrees.

import Records
import SystemIO

/// The files of one partition, as someone sees them who does not own them: any of them may go away at any time.
struct SharedLogFiles: Sendable {
    let folder: String
    let fileSystem: any FileSystem

    func path(_ base: Int64, _ kind: String) -> String {
        let digits = String(base)
        return "\(folder)/\(String(repeating: "0", count: max(0, 20 - digits.count)))\(digits).\(kind)"
    }

    /// Base offsets of the segments that are there, ascending.
    func segmentBases() throws -> [Int64] {
        try fileSystem.list(folder).compactMap { name in
            guard name.utf8.count == 24, name.hasSuffix(".log") else { return nil }
            return Int64(name.prefix(20))
        }.sorted()
    }

    /// The first offset that may be read, as far as a file says so; 0 where none does.
    func logStartOffset() -> Int64 {
        guard let bytes = try? fileSystem.readFile("\(folder)/log-start-offset", limit: 4096) else { return 0 }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        return lines.count >= 2 ? Int64(lines[1]) ?? 0 : 0
    }

    /// Below this offset compaction may have removed anything; 0 where nothing was compacted, and no bound where the file does not say.
    func sparseBelow() -> Int64 {
        let path = "\(folder)/cleaner-checkpoint"
        guard let bytes = try? fileSystem.readFile(path, limit: 4096) else { return (try? fileSystem.fileExists(path)) == false ? 0 : .max }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        return lines.count >= 2 ? Int64(lines[1]) ?? .max : .max
    }

    /// Positions at which, by the index, a batch begins whose last offset is at most `offset`: the nearest first.
    func indexedPositions(base: Int64, atMost offset: Int64) -> [(lastOffset: Int64, position: Int64)] {
        guard let bytes = try? fileSystem.readFile(path(base, "index"), limit: 256 << 20) else { return [] }
        let entry = { (index: Int) -> (lastOffset: Int64, position: Int64) in
            (base + Int64(bytes.bigEndian(Int32.self, at: index * 8)), Int64(bytes.bigEndian(Int32.self, at: index * 8 + 4)))
        }
        var low = 0
        var high = bytes.count / 8
        while low < high {
            let middle = (low + high) / 2
            if entry(middle).lastOffset <= offset { low = middle + 1 } else { high = middle }
        }
        return (max(0, low - 16)..<low).reversed().map(entry)
    }

    /// The largest timestamp of a sealed segment; nil where its index does not say.
    func largestTimestamp(base: Int64) -> Int64? {
        guard let bytes = try? fileSystem.readFile(path(base, "timeindex"), limit: 256 << 20), bytes.count >= 12,
            bytes.count % 12 == 0
        else { return nil }
        let last = bytes.bigEndian(Int64.self, at: bytes.count - 12)
        return last > 0 ? last : nil
    }

    /// Whether a transaction was open when the segment at `base` began, or may have been: only a whole snapshot says no.
    func hasOpenTransactions(at base: Int64) -> Bool {
        guard let bytes = try? fileSystem.readFile(path(base, "snapshot"), limit: 64 << 20), bytes.count >= 10,
            bytes.bigEndian(Int16.self, at: 0) == 1,
            bytes.bigEndian(UInt32.self, at: 2) == Checksum.crc32c(Array(bytes[6...])),
            bytes.count == 10 + 46 * Int(bytes.bigEndian(Int32.self, at: 6))
        else { return true }
        return stride(from: 10, to: bytes.count, by: 46).contains { bytes.bigEndian(Int64.self, at: $0 + 38) >= 0 }
    }
}

/// One transaction of a producer: our broker raises the epoch with every one.
struct ProducerEpoch: Hashable, Sendable {
    var id: Int64
    var epoch: Int16
}

extension [UInt8] {
    /// The big-endian integer at `offset`; bytes that are not there count as zero.
    func bigEndian<Value: FixedWidthInteger>(_ type: Value.Type, at offset: Int) -> Value {
        var value: Value = 0
        for index in offset..<offset + MemoryLayout<Value>.size {
            value = value << 8 | Value(truncatingIfNeeded: index < count ? self[index] : 0)
        }
        return value
    }
}
