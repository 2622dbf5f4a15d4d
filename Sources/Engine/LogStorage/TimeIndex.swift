// <base offset>.timeindex (Kafka's TimeIndex.java): entries of 12 bytes, big-endian, ascending in both fields.
//   timestamp i64: the largest in the segment so far (milliseconds)
//   relative offset i32: of the batch that has it (its last offset), minus the segment's base offset

import SystemIO

struct TimeIndex: Sendable {
    struct Entry: Sendable, Equatable {
        var timestamp: Int64
        var offset: Int64
    }

    static let entrySize = 12
    let baseOffset: Int64
    private var file: IndexFile
    private var lastTimestamp: Int64?

    init(file: any File, baseOffset: Int64) throws {
        self.baseOffset = baseOffset
        self.file = try IndexFile(file: file, entrySize: Self.entrySize)
        lastTimestamp = try last()?.timestamp
    }

    var count: Int { file.count }
    var isPersisted: Bool { file.isPersisted }

    /// Adds an entry unless the last one has this timestamp or a later one.
    mutating func append(timestamp: Int64, offset: Int64) {
        if let lastTimestamp, timestamp <= lastTimestamp { return }
        lastTimestamp = timestamp
        file.append(timestamp.bigEndianBytes + Int32(truncatingIfNeeded: offset - baseOffset).bigEndianBytes)
    }

    func entry(_ index: Int) throws -> Entry { decode(try file.entry(index)[...]) }
    func last() throws -> Entry? { count == 0 ? nil : try entry(count - 1) }

    /// The last entry whose timestamp is below `timestamp`: all records at or after that time lie behind its offset.
    func lastBefore(_ timestamp: Int64) throws -> Entry? {
        let index = try file.partitionPoint { decode($0).timestamp < timestamp } - 1
        return index < 0 ? nil : try entry(index)
    }

    /// Keeps the entries whose offset is below `offset`.
    mutating func truncate(toOffset offset: Int64) throws {
        try file.truncate(toCount: try file.partitionPoint { decode($0).offset < offset })
        lastTimestamp = try last()?.timestamp
    }

    mutating func removeAll() throws {
        try file.truncate(toCount: 0)
        lastTimestamp = nil
    }

    mutating func persist() throws { try file.persist() }
    mutating func synchronize() throws { try file.synchronize() }

    /// Whether the entries are as only a log writes them; a lost write leaves zeros, which are not. Reads the whole file.
    func isAscending() throws -> Bool {
        try file.isAscending { decode($0).timestamp < decode($1).timestamp && decode($0).offset < decode($1).offset }
    }

    private func decode(_ bytes: ArraySlice<UInt8>) -> Entry {
        Entry(timestamp: bytes.bigEndian(Int64.self, at: 0), offset: baseOffset + Int64(bytes.bigEndian(Int32.self, at: 8)))
    }
}
