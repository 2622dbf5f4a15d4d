// `/proc/self/smaps` (proc(5)): for each mapping a line `from-to perms offset device inode path`, then lines `Name:   number kB`.
import Foundation
import Glibc

/// Gives back the pages of program and libraries that starting has touched and serving does not need.
///
/// The whole program is one file with its libraries; a broker uses little of them, and the linker's work at the start would otherwise be
/// counted as its memory for ever. Pages that are needed come back from the page cache when they are.
enum ResidentMemory {
    static func releaseStartUp() {
        // By a handle: the file says that it is empty, and is not.
        guard let bytes = try? FileHandle(forReadingAtPath: "/proc/self/smaps")?.readToEnd() else { return }
        let text = String(decoding: bytes, as: UTF8.self)
        var mapping: (from: UInt, to: UInt)?
        for line in text.split(separator: "\n") {
            if let next = header(line) {
                mapping = next
            } else if line.hasPrefix("Anonymous:"), let found = mapping {
                // Pages that were written, such as relocated tables, exist nowhere else: then nothing of the mapping is let go.
                if number(line) == 0 { madvise(UnsafeMutableRawPointer(bitPattern: found.from), Int(found.to - found.from), MADV_DONTNEED) }
                mapping = nil
            } else if line.first?.isHexDigit == true, line.contains("-") {
                mapping = nil
            }
        }
    }

    /// A mapping of a file's bytes that cannot be written; nil for other lines, and for other mappings.
    private static func header(_ line: Substring) -> (from: UInt, to: UInt)? {
        let fields = line.split(separator: " ", omittingEmptySubsequences: true)
        guard fields.count == 6, fields[5].hasPrefix("/"), fields[1] == "r-xp" || fields[1] == "r--p",
            let dash = fields[0].firstIndex(of: "-"), let from = UInt(fields[0][..<dash], radix: 16),
            let to = UInt(fields[0][fields[0].index(after: dash)...], radix: 16)
        else { return nil }
        return (from, to)
    }

    private static func number(_ line: Substring) -> Int? {
        line.split(separator: " ", omittingEmptySubsequences: true).dropFirst().first.flatMap { Int($0) }
    }
}
