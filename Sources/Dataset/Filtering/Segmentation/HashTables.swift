/// A set of 64-bit hashes for one document: open addressing, never more than half full.
struct HashSet64 {
    private var places: [UInt64]
    private var mask: Int

    init(capacity: Int) {
        let size = Self.size(capacity)
        places = [UInt64](repeating: 0, count: size)
        mask = size - 1
    }

    private static func size(_ capacity: Int) -> Int {
        var size = 64
        while size < capacity * 2 { size *= 2 }
        return size
    }

    mutating func removeAll() {
        for index in places.indices { places[index] = 0 }
    }

    /// Puts a hash in; false if it was there.
    @inline(__always)
    mutating func insert(_ hash: UInt64) -> Bool {
        let key = hash == 0 ? 1 : hash
        var place = Int(truncatingIfNeeded: key) & mask
        while places[place] != 0 {
            if places[place] == key { return false }
            place = (place + 1) & mask
        }
        places[place] = key
        return true
    }
}

/// Counts of 64-bit hashes for one document, with where each was first seen.
struct HashCounts64 {
    private struct Place {
        var key: UInt64
        var count: UInt32
        var first: UInt32
    }

    private var places: [Place]
    private var mask: Int

    init(capacity: Int) {
        var size = 64
        while size < capacity * 2 { size *= 2 }
        places = [Place](repeating: Place(key: 0, count: 0, first: 0), count: size)
        mask = size - 1
    }

    mutating func removeAll() {
        for index in places.indices { places[index] = Place(key: 0, count: 0, first: 0) }
    }

    /// Counts a hash seen at `position`; returns its count, and where it was first seen.
    @inline(__always)
    mutating func count(_ hash: UInt64, at position: Int) -> (count: Int, first: Int) {
        let key = hash == 0 ? 1 : hash
        var place = Int(truncatingIfNeeded: key) & mask
        while places[place].key != 0 {
            if places[place].key == key {
                places[place].count += 1
                return (Int(places[place].count), Int(places[place].first))
            }
            place = (place + 1) & mask
        }
        places[place] = Place(key: key, count: 1, first: UInt32(truncatingIfNeeded: position))
        return (1, position)
    }
}
