/// A set of 64-bit hashes for one document: open addressing, never more than half full.
///
/// The memory is its own and unchecked, because a look-up per word and rule is most of what the filters do: every index
/// is masked to the table's size, and the owner cannot be copied.
struct HashSet64: ~Copyable {
    private let places: UnsafeMutablePointer<UInt64>
    private let mask: Int

    init(capacity: Int) {
        let size = Self.size(capacity)
        places = .allocate(capacity: size)
        places.initialize(repeating: 0, count: size)
        mask = size - 1
    }

    deinit { places.deallocate() }

    private static func size(_ capacity: Int) -> Int {
        var size = 16
        while size < capacity * 2 { size *= 2 }
        return size
    }

    /// Puts a hash in; false if it was there. No more than `capacity` different ones may be put in.
    @inline(__always)
    mutating func insert(_ hash: UInt64) -> Bool {
        let key = hash == 0 ? 1 : hash
        var place = Int(truncatingIfNeeded: key) & mask
        while places[place] != 0 {
            if places[place] == key { return false }
            place = (place &+ 1) & mask
        }
        places[place] = key
        return true
    }
}

/// Counts of 64-bit hashes for one document, with where each was first seen; made like `HashSet64`.
struct HashCounts64: ~Copyable {
    private struct Place {
        var key: UInt64
        var count: UInt32
        var first: UInt32
    }

    private let places: UnsafeMutablePointer<Place>
    private let mask: Int

    init(capacity: Int) {
        var size = 16
        while size < capacity * 2 { size *= 2 }
        places = .allocate(capacity: size)
        places.initialize(repeating: Place(key: 0, count: 0, first: 0), count: size)
        mask = size - 1
    }

    deinit { places.deallocate() }

    /// Counts a hash seen at `position`; returns its count, and where it was first seen.
    @inline(__always)
    mutating func count(_ hash: UInt64, at position: Int) -> (count: Int, first: Int) {
        let key = hash == 0 ? 1 : hash
        var place = Int(truncatingIfNeeded: key) & mask
        while places[place].key != 0 {
            if places[place].key == key {
                places[place].count &+= 1
                return (Int(places[place].count), Int(places[place].first))
            }
            place = (place &+ 1) & mask
        }
        places[place] = Place(key: key, count: 1, first: UInt32(truncatingIfNeeded: position))
        return (1, position)
    }
}
