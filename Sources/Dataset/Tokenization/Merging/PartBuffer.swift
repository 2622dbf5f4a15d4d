/// The parts of one short piece while they are merged: fixed arrays that are reused from piece to piece.
///
/// A part is known by the place where its first byte or character was; merging takes places out and moves nothing.
/// A place's key is rank * 128 + place, so that the lowest key is the lowest rank and among equals the leftmost, found in one pass that the compiler vectorises; 7 bits of place and ranks under 2^22 fit a signed 32-bit number.
struct PartBuffer {
    /// Longer pieces go through ``LongMerge``: looking through all keys for each merge is quadratic.
    static let capacity = 128
    static let noMerge = Int32.max
    private static let noPlace = UInt8.max

    private let keys: UnsafeMutablePointer<Int32>
    /// The token that the place becomes with the next one.
    private let merged: UnsafeMutablePointer<UInt32>
    private let identifiers: UnsafeMutablePointer<UInt32>
    /// Byte offsets; one more than there are places, the last being the piece's length.
    private let starts: UnsafeMutablePointer<UInt32>
    private let next: UnsafeMutablePointer<UInt8>
    private let previous: UnsafeMutablePointer<UInt8>

    init() {
        keys = .allocate(capacity: Self.capacity)
        merged = .allocate(capacity: Self.capacity)
        identifiers = .allocate(capacity: Self.capacity)
        starts = .allocate(capacity: Self.capacity + 1)
        next = .allocate(capacity: Self.capacity + 1)
        previous = .allocate(capacity: Self.capacity + 1)
    }

    func free() {
        keys.deallocate()
        merged.deallocate()
        identifiers.deallocate()
        starts.deallocate()
        next.deallocate()
        previous.deallocate()
    }

    /// Fills in a place: its token, and what it becomes with the next (none for the last).
    @inline(__always) func set(_ place: Int, start: Int, identifier: UInt32, merge: Merge) {
        starts[place] = UInt32(truncatingIfNeeded: start)
        identifiers[place] = identifier
        setMerge(place, merge)
        next[place] = UInt8(truncatingIfNeeded: place &+ 1)
        previous[place &+ 1] = UInt8(truncatingIfNeeded: place)
    }

    @inline(__always) private func setMerge(_ place: Int, _ merge: Merge) {
        merged[place] = merge.identifier
        keys[place] =
            merge.rank == .max
            ? Self.noMerge : Int32(truncatingIfNeeded: merge.rank &<< 7 | UInt32(truncatingIfNeeded: place))
    }

    /// Merges the `count` places that are filled in, of a piece of `byteCount` bytes, to the end.
    @inline(__always)
    func mergeAll(
        _ count: Int, piece: UnsafePointer<UInt8>, byteCount: Int, readable: Int, rule: MergeRule, table: TokenTable
    ) {
        starts[count] = UInt32(truncatingIfNeeded: byteCount)
        previous[0] = Self.noPlace
        while true {
            var lowest = Self.noMerge
            for place in 0..<count { lowest = min(lowest, keys[place]) }
            guard lowest != Self.noMerge else { return }
            let place = Int(lowest & 0x7F)
            let absorbed = Int(next[place])
            let after = Int(next[absorbed])
            identifiers[place] = merged[place]
            keys[absorbed] = Self.noMerge
            next[place] = UInt8(truncatingIfNeeded: after)
            if after < count {
                previous[after] = UInt8(truncatingIfNeeded: place)
                refresh(place, after, piece, readable, rule, table)
            } else {
                keys[place] = Self.noMerge
            }
            if place > 0 { refresh(Int(previous[place]), place, piece, readable, rule, table) }
        }
    }

    /// Looks up what a place and the next become.
    @inline(__always)
    private func refresh(
        _ place: Int, _ right: Int, _ piece: UnsafePointer<UInt8>, _ readable: Int, _ rule: MergeRule,
        _ table: TokenTable
    ) {
        let start = Int(starts[place])
        let end = Int(starts[Int(next[right])])
        setMerge(
            place,
            rule.merge(identifiers[place], identifiers[right], piece + start, end &- start, readable &- start, table))
    }

    /// Gives what is left of `count` places to `emit` as (token, byte offsets).
    @inline(__always) func forEach(_ count: Int, _ emit: (UInt32, Range<Int>) -> Void) {
        var place = 0
        while place < count {
            let following = Int(next[place])
            emit(identifiers[place], Int(starts[place])..<Int(starts[following]))
            place = following
        }
    }
}
