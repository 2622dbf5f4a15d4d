// recovery-point and log-start-offset: three lines of text.
//
//   0                   the version
//   <offset>            a decimal number
//   crc32c <8 digits>   hexadecimal, of the two lines above with their line ends
//
// Published by rename, synced. An offset that cannot be read must not be guessed: too low a recovery point would let
// damage be cut away as if it were a torn tail.

import Records
import SystemIO

enum OffsetCheckpoint {
    static func encode(_ offset: Int64) -> [UInt8] {
        let text = Array("0\n\(offset)\n".utf8)
        let digits = String(Checksum.crc32c(text), radix: 16)
        return text + Array("crc32c \(String(repeating: "0", count: 8 - digits.count))\(digits)\n".utf8)
    }

    static func write(_ offset: Int64, to path: String, fileSystem: any FileSystem) throws {
        try fileSystem.replaceFile(path, with: encode(offset))
    }

    /// `nil` when there is no such file.
    static func read(_ path: String, fileSystem: any FileSystem) throws -> Int64? {
        guard try fileSystem.fileExists(path) else { return nil }
        let bytes = try fileSystem.readFile(path, limit: 4096)
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 2, let offset = Int64(lines[1]), offset >= 0, encode(offset) == bytes else {
            throw LogError.damagedFile(
                path: path, reason: "it does not hold an offset and its checksum; check the disk, and restore this file "
                    + "or remove it to have the whole partition read again")
        }
        return offset
    }
}
