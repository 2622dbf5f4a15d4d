/// Which bytes of a segment were found whole: written by this process, or read from disk and checked. Ascending, apart, few.
struct VerifiedRanges: Sendable, Equatable {
    private(set) var ranges: [Range<Int64>] = []
    /// More than these are not remembered: what is forgotten is checked again.
    private static let limit = 32

    func covers(_ range: Range<Int64>) -> Bool {
        range.isEmpty || ranges.contains { $0.lowerBound <= range.lowerBound && range.upperBound <= $0.upperBound }
    }

    mutating func insert(_ range: Range<Int64>) {
        guard !range.isEmpty else { return }
        // The way of an append: on at the end of the last one.
        if let last = ranges.last, last.upperBound == range.lowerBound {
            ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
            return
        }
        var merged = range
        ranges.removeAll { other in
            guard other.lowerBound <= merged.upperBound, merged.lowerBound <= other.upperBound else { return false }
            merged = min(merged.lowerBound, other.lowerBound)..<max(merged.upperBound, other.upperBound)
            return true
        }
        if ranges.count == Self.limit, let smallest = ranges.indices.min(by: { ranges[$0].count < ranges[$1].count }) {
            ranges.remove(at: smallest)
        }
        let place = ranges.firstIndex { $0.lowerBound > merged.lowerBound } ?? ranges.count
        ranges.insert(merged, at: place)
    }

    /// Forgets what lies at or after `position`.
    mutating func truncate(to position: Int64) {
        ranges = ranges.compactMap { $0.lowerBound >= position ? nil : $0.lowerBound..<min($0.upperBound, position) }
    }
}

/// Where the last few reads of a segment ended: where the next of a sequential reader begins, without any search.
struct ReadHints: Sendable {
    private var entries: [(offset: Int64, position: Int64)] = []
    private var next = 0
    private static let limit = 8

    func position(of offset: Int64) -> Int64? { entries.first { $0.offset == offset }?.position }

    /// `replacing`: where that reader was before.
    mutating func note(offset: Int64, position: Int64, replacing: Int64) {
        if let index = entries.firstIndex(where: { $0.offset == replacing || $0.offset == offset }) {
            entries[index] = (offset, position)
        } else if entries.count < Self.limit {
            entries.append((offset, position))
        } else {
            entries[next] = (offset, position)
            next = (next + 1) % Self.limit
        }
    }

    mutating func removeAll() {
        entries = []
        next = 0
    }
}
