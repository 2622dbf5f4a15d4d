// Files of a compaction that is under way, beside the segments it was made of:
//   <base, 20 digits>.cleaned            being written: removed when the log is opened
//   <base>-<end, 20 digits>.swap         whole and durable: takes the place of every segment whose base offset is from base up to, not
//                                        including, end. Finished when the log is opened.
//
// Order: the .cleaned file is synced, renamed to .swap, the folder synced: from here on the new segment counts. Then the old segments' files are
// removed, indexes before logs, and .swap is renamed over the first one's .log.

import SystemIO

/// Putting a compacted segment in the place of those it was made of, so that a crash at any moment leaves the old ones or the new one.
struct SegmentSwap {
    let files: LogFiles
    let fileSystem: any FileSystem
    let base: Int64
    /// The base offset of the first segment after those replaced.
    let end: Int64

    static func cleanedPath(_ files: LogFiles, _ base: Int64) -> String { FilePath.join(files.folder, LogFiles.digits(base) + ".cleaned") }
    var swapPath: String { FilePath.join(files.folder, LogFiles.digits(base) + "-" + LogFiles.digits(end) + ".swap") }

    /// Makes the new segment count. Its file is written, not yet synced.
    func commit(_ file: any File) throws {
        try file.synchronizeData()
        try fileSystem.rename(Self.cleanedPath(files, base), to: swapPath)
        try fileSystem.synchronizeFolder(files.folder)
    }

    /// Takes back a commit that is not wanted any more.
    func undo() throws {
        try fileSystem.remove(swapPath)
        try fileSystem.synchronizeFolder(files.folder)
    }

    /// Removes the old segments and gives the new one its name: `bases` are those of all segments that are replaced. An empty one leaves nothing.
    func finish(bases: [Int64]) throws {
        for old in bases.reversed() {
            for kind in LogFiles.Kind.ofSegment.reversed() where kind != .log || old != base {
                let path = files.path(old, kind)
                if try fileSystem.fileExists(path) { try fileSystem.remove(path) }
            }
        }
        try fileSystem.rename(swapPath, to: files.path(base, .log))
    }

    /// Finishes or undoes what a crash interrupted; answers whether anything was changed.
    static func recover(_ names: [String], files: LogFiles, fileSystem: any FileSystem) throws -> Bool {
        var isChanged = false
        let bases = names.compactMap { LogFiles.offset(ofName: $0, .log) }.sorted()
        for name in names {
            if name.hasSuffix(".cleaned") {
                try fileSystem.remove(FilePath.join(files.folder, name))
                isChanged = true
            }
            guard name.hasSuffix(".swap"), name.utf8.count == 46, let base = Int64(name.prefix(20)), let end = Int64(name.dropFirst(21).prefix(20))
            else { continue }
            let swap = SegmentSwap(files: files, fileSystem: fileSystem, base: base, end: end)
            try swap.finish(bases: bases.filter { $0 >= base && $0 < end })
            isChanged = true
        }
        if isChanged { try fileSystem.synchronizeFolder(files.folder) }
        return isChanged
    }
}
