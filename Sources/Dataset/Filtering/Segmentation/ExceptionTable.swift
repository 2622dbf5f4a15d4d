/// The strings that are fixed rows of words (“can't” is “ca” and “n't”), found by their bytes.
struct ExceptionTable: Sendable {
    static let shared = ExceptionTable()

    /// An exception: its bytes in `bytes`, its words' byte lengths in `partLengths`.
    struct Entry: Sendable {
        var start: Int
        var byteCount: Int
        var partsStart: Int
        var partsCount: Int
    }

    /// Neighbours that are put together: their joint bytes are those of entry `entry`, cut into `lengths`.
    struct Join: Sendable {
        var entry: Int
        var byteCount: Int
        var lengths: [UInt32]
    }

    private var bytes: [UInt8] = []
    private var entries: [Entry] = []
    private(set) var partLengths: [UInt8] = []
    /// Open addressing over 8,192 places; −1 is free.
    private var places: [Int16]
    /// For a first byte, bit n is set if an exception of n bytes starts with it: most look-ups end here.
    private var lengthsByFirstByte: [UInt64]
    private var joinsByFirstByte: [[Join]]
    private var joinStarts: [Bool]

    private static let mask = 8191

    private init() {
        places = [Int16](repeating: -1, count: Self.mask + 1)
        lengthsByFirstByte = [UInt64](repeating: 0, count: 256)
        joinsByFirstByte = [[Join]](repeating: [], count: 256)
        joinStarts = [Bool](repeating: false, count: 256)
        for row in EnglishExceptionRows.exceptions.split(separator: "\n") { add(row) }
        for row in EnglishExceptionRows.joins.split(separator: "\n") { addJoin(row) }
    }

    private mutating func add(_ row: Substring) {
        let parts = row.utf8.split(separator: UInt8(ascii: " "))
        let start = bytes.count
        let partsStart = partLengths.count
        for part in parts {
            bytes += part
            partLengths.append(UInt8(truncatingIfNeeded: part.count))
        }
        let entry = Entry(
            start: start, byteCount: bytes.count - start, partsStart: partsStart, partsCount: parts.count)
        entries.append(entry)
        lengthsByFirstByte[Int(bytes[start])] |= 1 << UInt64(entry.byteCount)
        var place = bytes.withUnsafeBufferPointer {
            Self.place($0, start, entry.byteCount)
        }
        while places[place] >= 0 { place = (place + 1) & Self.mask }
        places[place] = Int16(truncatingIfNeeded: entries.count - 1)
    }

    private mutating func addJoin(_ row: Substring) {
        let parts = row.utf8.split(separator: UInt8(ascii: " "))
        let joint = parts.flatMap { Array($0) }
        guard let first = joint.first,
            let entry = joint.withUnsafeBufferPointer({ find($0, start: 0, count: joint.count) })
        else { return }
        joinStarts[Int(first)] = true
        joinsByFirstByte[Int(first)].append(
            Join(entry: entry, byteCount: joint.count, lengths: parts.map { UInt32($0.count) }))
    }

    @inline(__always)
    private static func place(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ count: Int) -> Int {
        let hash = HashMixing.mix(
            ByteStringValue.value(bytes, start: start, count: count), UInt64(truncatingIfNeeded: count))
        return Int(truncatingIfNeeded: hash & UInt64(mask))
    }

    /// The number of the exception with exactly these bytes.
    @inline(__always)
    func find(_ text: UnsafeBufferPointer<UInt8>, start: Int, count: Int) -> Int? {
        guard count > 0, count < 64, lengthsByFirstByte[Int(text[start])] >> UInt64(count) & 1 == 1 else {
            return nil
        }
        return search(text, start: start, count: count)
    }

    private func search(_ text: UnsafeBufferPointer<UInt8>, start: Int, count: Int) -> Int? {
        var place = Self.place(text, start, count)
        while places[place] >= 0 {
            let number = Int(places[place])
            if entries[number].byteCount == count, equals(number, text, start) { return number }
            place = (place + 1) & Self.mask
        }
        return nil
    }

    /// Whether the text has the bytes of an exception at `start`; the caller has checked the length.
    func equals(_ number: Int, _ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> Bool {
        let entry = entries[number]
        for offset in 0..<entry.byteCount where bytes[entry.start + offset] != text[start + offset] {
            return false
        }
        return true
    }

    /// Where the byte lengths of an exception's words are in `partLengths`.
    @inline(__always)
    func parts(of number: Int) -> Range<Int> {
        entries[number].partsStart..<entries[number].partsStart + entries[number].partsCount
    }

    /// Whether any join starts with this byte.
    @inline(__always)
    func joinMayStart(with byte: UInt8) -> Bool { joinStarts[Int(byte)] }

    func joins(startingWith byte: UInt8) -> [Join] { joinsByFirstByte[Int(byte)] }
}
