// <base offset>.index (Kafka's OffsetIndex.java): entries of 8 bytes, big-endian, ascending in both fields.
//   relative offset i32: the last offset of a batch, minus the segment's base offset
//   position i32: where in the .log file that batch begins

import SystemIO

struct OffsetIndex: Sendable {
    struct Entry: Sendable, Equatable {
        var offset: Int64
        var position: Int64
    }

    static let entrySize = 8
    let baseOffset: Int64
    private var file: IndexFile

    init(file: any File, baseOffset: Int64) throws {
        self.baseOffset = baseOffset
        self.file = try IndexFile(file: file, entrySize: Self.entrySize)
    }

    var count: Int { file.count }
    var isPersisted: Bool { file.isPersisted }

    mutating func append(offset: Int64, position: Int64) {
        file.append(
            Int32(truncatingIfNeeded: offset - baseOffset).bigEndianBytes + Int32(truncatingIfNeeded: position).bigEndianBytes)
    }

    func entry(_ index: Int) throws -> Entry { decode(try file.entry(index)[...]) }
    func last() throws -> Entry? { count == 0 ? nil : try entry(count - 1) }

    /// The last entry whose offset is not above `offset`, with its number.
    func floor(_ offset: Int64) throws -> (index: Int, entry: Entry)? {
        let index = try file.partitionPoint { decode($0).offset <= offset } - 1
        return index < 0 ? nil : (index, try entry(index))
    }

    /// The first entry at or after `position`.
    func ceiling(position: Int64) throws -> Entry? {
        let index = try file.partitionPoint { decode($0).position < position }
        return index < count ? try entry(index) : nil
    }

    /// The last entry of a batch that begins before `position` and ends before `offset`.
    func last(beforePosition position: Int64, offset: Int64) throws -> Entry? {
        let index = try file.partitionPoint { decode($0).position < position && decode($0).offset < offset } - 1
        return index < 0 ? nil : try entry(index)
    }

    /// Keeps the entries of batches that begin before `position`.
    mutating func truncate(toPosition position: Int64) throws {
        try file.truncate(toCount: try file.partitionPoint { decode($0).position < position })
    }

    mutating func removeAll() throws { try file.truncate(toCount: 0) }
    mutating func persist() throws { try file.persist() }
    mutating func synchronize() throws { try file.synchronize() }

    /// Whether the entries are as only a log writes them; a lost write leaves zeros, which are not. Reads the whole file.
    func isAscending() throws -> Bool {
        guard count > 0 else { return true }
        // The first batch of a segment has no entry.
        guard try entry(0).position > 0 else { return false }
        return try file.isAscending { decode($0).offset < decode($1).offset && decode($0).position < decode($1).position }
    }

    private func decode(_ bytes: ArraySlice<UInt8>) -> Entry {
        Entry(offset: baseOffset + Int64(bytes.bigEndian(Int32.self, at: 0)), position: Int64(bytes.bigEndian(Int32.self, at: 4)))
    }
}
