/// Merges the parts of one long piece in n log n: a linked list of parts and a heap of possible merges by (rank, place).
///
/// Takes 24 bytes for each part and 8 for each possible merge, freed with the value; about 44 bytes for a byte of text.
struct LongMerge: ~Copyable {
    private static let noPart = UInt32.max

    private let count: Int
    /// By the place where a part began: its token, the merge with its right neighbour, and its neighbours' places.
    private let identifiers: UnsafeMutablePointer<UInt32>
    private let merges: UnsafeMutablePointer<Merge>
    private let next: UnsafeMutablePointer<UInt32>
    private let previous: UnsafeMutablePointer<UInt32>
    /// Byte offset in the piece, by place.
    private let starts: UnsafeMutablePointer<UInt32>
    private var heap: [UInt64] = []

    /// `count` parts (≥ 1), to be set with ``setPart(_:start:identifier:)``.
    init(count: Int) {
        self.count = count
        identifiers = .allocate(capacity: count)
        merges = .allocate(capacity: count)
        next = .allocate(capacity: count)
        previous = .allocate(capacity: count)
        starts = .allocate(capacity: count)
        heap.reserveCapacity(count)
    }

    deinit {
        identifiers.deallocate()
        merges.deallocate()
        next.deallocate()
        previous.deallocate()
        starts.deallocate()
    }

    mutating func setPart(_ place: Int, start: Int, identifier: UInt32) {
        identifiers[place] = identifier
        starts[place] = UInt32(truncatingIfNeeded: start)
        merges[place] = .none
        next[place] = place + 1 < count ? UInt32(truncatingIfNeeded: place + 1) : Self.noPart
        previous[place] = place > 0 ? UInt32(truncatingIfNeeded: place - 1) : Self.noPart
    }

    /// Merges to the end and gives the parts that are left to `emit` as (token, byte offset, byte count).
    mutating func run(
        piece: UnsafePointer<UInt8>, byteCount: Int, readable: Int, rule: MergeRule, table: TokenTable,
        emit: (UInt32, Int, Int) -> Void
    ) {
        for place in 0..<(count - 1) { refresh(UInt32(place), piece, byteCount, readable, rule, table) }
        while let entry = popLowest() {
            let place = UInt32(truncatingIfNeeded: entry)
            let rank = UInt32(truncatingIfNeeded: entry >> 32)
            // Entries are not taken out of the heap when a part changes: one whose rank is no longer the part's is old.
            let merge = merges[Int(place)]
            guard merge.rank == rank else { continue }
            let absorbed = next[Int(place)]
            identifiers[Int(place)] = merge.identifier
            merges[Int(absorbed)] = .none
            next[Int(place)] = next[Int(absorbed)]
            if next[Int(place)] != Self.noPart { previous[Int(next[Int(place)])] = place }
            refresh(place, piece, byteCount, readable, rule, table)
            if previous[Int(place)] != Self.noPart {
                refresh(previous[Int(place)], piece, byteCount, readable, rule, table)
            }
        }
        var place: UInt32 = 0
        while place != Self.noPart {
            let start = Int(starts[Int(place)])
            emit(identifiers[Int(place)], start, end(of: place, byteCount) - start)
            place = next[Int(place)]
        }
    }

    private func end(of place: UInt32, _ byteCount: Int) -> Int {
        next[Int(place)] == Self.noPart ? byteCount : Int(starts[Int(next[Int(place)])])
    }

    private mutating func refresh(
        _ place: UInt32, _ piece: UnsafePointer<UInt8>, _ byteCount: Int, _ readable: Int, _ rule: MergeRule,
        _ table: TokenTable
    ) {
        let right = next[Int(place)]
        guard right != Self.noPart else {
            merges[Int(place)] = .none
            return
        }
        let start = Int(starts[Int(place)])
        let merge = rule.merge(
            identifiers[Int(place)], identifiers[Int(right)], piece + start, end(of: right, byteCount) - start,
            readable - start, table)
        merges[Int(place)] = merge
        if merge.rank != .max { push(UInt64(merge.rank) << 32 | UInt64(place)) }
    }

    private mutating func push(_ entry: UInt64) {
        heap.append(entry)
        heap.withUnsafeMutableBufferPointer { heap in
            var index = heap.count - 1
            while index > 0 {
                let parent = (index - 1) / 2
                guard heap[parent] > entry else { break }
                heap[index] = heap[parent]
                index = parent
            }
            heap[index] = entry
        }
    }

    private mutating func popLowest() -> UInt64? {
        guard let lowest = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return lowest }
        heap.withUnsafeMutableBufferPointer { heap in
            var index = 0
            while true {
                var child = 2 * index + 1
                guard child < heap.count else { break }
                if child + 1 < heap.count && heap[child + 1] < heap[child] { child += 1 }
                guard heap[child] < last else { break }
                heap[index] = heap[child]
                index = child
            }
            heap[index] = last
        }
        return lowest
    }
}
