import SystemIO

/// Fixed-size entries in order, in a file, with the newest in memory until they are written: what both indexes share.
///
/// Synced when its segment is sealed and on close, never on the way of an append: an index is derived from the log, and is
/// checked against it wherever it is used.
struct IndexFile: Sendable {
    let file: any File
    let entrySize: Int
    private(set) var persistedCount: Int
    private(set) var tail: [UInt8] = []

    /// How many entries are looked up one by one until the rest is read in one go.
    private static let window = 256

    init(file: any File, entrySize: Int) throws {
        self.file = file
        self.entrySize = entrySize
        persistedCount = Int(try file.size()) / entrySize
    }

    var isPersisted: Bool { tail.isEmpty }
    var count: Int { persistedCount + tail.count / entrySize }

    mutating func append(_ entry: [UInt8]) { tail.append(contentsOf: entry) }

    /// Writes the entries that are only in memory.
    mutating func persist() throws {
        guard !tail.isEmpty else { return }
        try file.write(tail, at: Int64(persistedCount * entrySize))
        persistedCount += tail.count / entrySize
        tail = []
    }

    mutating func truncate(toCount count: Int) throws {
        guard count < self.count else { return }
        if count >= persistedCount {
            tail.removeLast(tail.count - (count - persistedCount) * entrySize)
            return
        }
        tail = []
        persistedCount = count
        try file.truncate(to: Int64(count * entrySize))
    }

    func entry(_ index: Int) throws -> [UInt8] {
        if index >= persistedCount {
            let start = (index - persistedCount) * entrySize
            return Array(tail[start..<start + entrySize])
        }
        let bytes = try file.read(count: entrySize, at: Int64(index * entrySize))
        // A file that shrank under us: zeros, which the check against the log refuses.
        return bytes.count == entrySize ? bytes : [UInt8](repeating: 0, count: entrySize)
    }

    /// Whether `isAscending` holds for each entry and the one after it. Reads the whole file.
    func isAscending(_ isAscending: (ArraySlice<UInt8>, ArraySlice<UInt8>) -> Bool) throws -> Bool {
        let step = 8192
        var start = 0
        while start + 1 < persistedCount {
            // One entry is read twice, as the last of one piece and the first of the next.
            let count = min(step, persistedCount - start)
            let bytes = try file.read(count: count * entrySize, at: Int64(start * entrySize))
            guard bytes.count == count * entrySize else { return false }
            for index in 1..<count {
                let middle = index * entrySize
                guard isAscending(bytes[(middle - entrySize)..<middle], bytes[middle..<(middle + entrySize)]) else { return false }
            }
            start += count - 1
        }
        return true
    }

    /// Writes what is in memory and makes the file durable.
    mutating func synchronize() throws {
        try persist()
        try file.synchronizeData()
    }

    /// How many entries from the first on fulfil `isBefore`, which none does after one that does not.
    func partitionPoint(_ isBefore: (ArraySlice<UInt8>) -> Bool) throws -> Int {
        if !tail.isEmpty, isBefore(tail[0..<entrySize]) {
            return persistedCount + Self.partitionPoint(of: tail, entrySize, isBefore)
        }
        var low = 0
        var high = persistedCount
        while high - low > Self.window {
            let middle = (low + high) / 2
            if isBefore(try entry(middle)[...]) { low = middle + 1 } else { high = middle }
        }
        let rest = try file.read(count: (high - low) * entrySize, at: Int64(low * entrySize))
        return low + Self.partitionPoint(of: rest, entrySize, isBefore)
    }

    private static func partitionPoint(of bytes: [UInt8], _ entrySize: Int, _ isBefore: (ArraySlice<UInt8>) -> Bool) -> Int {
        var low = 0
        var high = bytes.count / entrySize
        while low < high {
            let middle = (low + high) / 2
            if isBefore(bytes[middle * entrySize..<(middle + 1) * entrySize]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension ArraySlice<UInt8> {
    /// The big-endian integer at `offset` from the slice's start; missing bytes count as zero.
    func bigEndian<Value: FixedWidthInteger>(_ type: Value.Type, at offset: Int) -> Value {
        var value: Value = 0
        for index in offset..<offset + MemoryLayout<Value>.size {
            value = value << 8 | Value(truncatingIfNeeded: index < count ? self[startIndex + index] : 0)
        }
        return value
    }
}

extension FixedWidthInteger {
    /// The bytes, most significant first.
    var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }
}
