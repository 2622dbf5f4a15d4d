// cleaner-checkpoint: how far compaction has come. Four lines of text, published by rename, synced.
//
//   0                   the version
//   <offset>            sparse below: batches of segments that begin before it may have gaps
//   <offset>            cleaned up to: no key is twice among the records before it
//   crc32c <8 digits>   hexadecimal, of the three lines above with their line ends

import Records
import SystemIO

/// How far compaction has come in one partition.
struct CleanerCheckpoint: Sendable, Equatable {
    /// Written before the first compacted segment is there.
    var sparseBelow: Int64 = 0
    /// Written after the last one is there.
    var cleanedUpTo: Int64 = 0

    func encode() -> [UInt8] {
        let text = Array("0\n\(sparseBelow)\n\(cleanedUpTo)\n".utf8)
        let digits = String(Checksum.crc32c(text), radix: 16)
        return text + Array("crc32c \(String(repeating: "0", count: 8 - digits.count))\(digits)\n".utf8)
    }

    /// What a missing or damaged file stands for: a missing one, that nothing was compacted; a damaged one, that everything may be sparse and
    /// has to be compacted again, which is always right.
    static func read(_ path: String, fileSystem: any FileSystem) throws -> CleanerCheckpoint {
        guard try fileSystem.fileExists(path) else { return CleanerCheckpoint() }
        let bytes = try fileSystem.readFile(path, limit: 4096)
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 4, let sparse = Int64(lines[1]), let cleaned = Int64(lines[2]) else {
            return CleanerCheckpoint(sparseBelow: .max, cleanedUpTo: 0)
        }
        let read = CleanerCheckpoint(sparseBelow: sparse, cleanedUpTo: cleaned)
        return read.encode() == bytes ? read : CleanerCheckpoint(sparseBelow: .max, cleanedUpTo: 0)
    }
}
