// <base offset>.txnindex (Kafka's TransactionIndex.java, AbortedTxn.java): the transactions whose abort marker is in
// the segment, in order of the markers; entries of 34 bytes, big-endian.
//   version i16 = 0
//   producer id i64
//   first offset i64: of the transaction
//   last offset i64: of the abort marker
//   last stable offset i64: after the marker was written

import SystemIO

/// A transaction that was aborted: its producer's records between these offsets are not for `read_committed`.
public struct AbortedTransaction: Sendable, Equatable {
    public var producerId: Int64
    public var firstOffset: Int64
    /// Of the marker.
    public var lastOffset: Int64
    public var lastStableOffset: Int64
}

/// In memory as a whole: aborts are rare. Not derived from the indexes alone, so it is synced before a recovery point
/// that covers it is written.
struct TransactionIndex: Sendable {
    static let entrySize = 34
    let file: any File
    private(set) var entries: [AbortedTransaction] = []
    private var persistedCount = 0
    private(set) var needsSync = false
    private var isMade = true

    /// Throws `LogError.damagedFile` for anything that the log did not write.
    init(file: any File) throws {
        self.file = file
        let size = try file.size()
        guard size % Int64(Self.entrySize) == 0, size <= 1 << 28 else { throw damaged("its size is \(size)") }
        let bytes = try file.read(count: Int(size), at: 0)
        for start in stride(from: 0, to: bytes.count, by: Self.entrySize) {
            let raw = bytes[start..<start + Self.entrySize]
            let entry = AbortedTransaction(
                producerId: raw.bigEndian(Int64.self, at: 2), firstOffset: raw.bigEndian(Int64.self, at: 10),
                lastOffset: raw.bigEndian(Int64.self, at: 18), lastStableOffset: raw.bigEndian(Int64.self, at: 26))
            guard raw.bigEndian(Int16.self, at: 0) == 0, entry.firstOffset < entry.lastOffset, entry.firstOffset >= 0,
                entry.lastOffset > entries.last?.lastOffset ?? -1
            else { throw damaged("entry \(entries.count) cannot be") }
            entries.append(entry)
        }
        persistedCount = entries.count
    }

    /// An index to be filled anew, over whatever the file holds.
    init(emptying file: any File) throws {
        self.file = file
        try file.truncate(to: 0)
        needsSync = true
    }

    /// There is no such file yet: the next write makes it, also when nothing was aborted, so that a lost one is missed.
    mutating func mustBeMade() {
        isMade = false
        needsSync = true
    }

    var isPersisted: Bool { isMade && persistedCount == entries.count && !needsSync }

    mutating func append(_ entry: AbortedTransaction) {
        entries.append(entry)
        needsSync = true
    }

    mutating func truncate(toOffset offset: Int64) throws {
        let kept = entries.prefix { $0.lastOffset < offset }.count
        guard kept < entries.count else { return }
        entries.removeLast(entries.count - kept)
        if kept < persistedCount {
            try file.truncate(to: Int64(kept * Self.entrySize))
            persistedCount = kept
        }
        needsSync = true
    }

    mutating func persist() throws {
        guard persistedCount < entries.count || !isMade else { return }
        let bytes = entries[persistedCount...].flatMap { entry in
            Int16(0).bigEndianBytes + entry.producerId.bigEndianBytes + entry.firstOffset.bigEndianBytes
                + entry.lastOffset.bigEndianBytes + entry.lastStableOffset.bigEndianBytes
        }
        try file.write(bytes, at: Int64(persistedCount * Self.entrySize))
        persistedCount = entries.count
        isMade = true
    }

    mutating func synchronize() throws {
        guard needsSync else { return }
        try persist()
        try file.synchronizeData()
        needsSync = false
    }

    private func damaged(_ reason: String) -> LogError { .damagedFile(path: file.path, reason: reason) }
}
