/// The distinct word 5-grams of a text, as ascending 32-bit hashes.
///
/// **How exact.** A 5-gram's 64-bit hash is cut to 32 bits. Two different 5-grams of a pair with n of them in all share a hash
/// with an expected number of n²/2³³: 0.00004 for two pages of ordinary length (600 together), and one such accident moves
/// the Jaccard by 1/n. Up to ``storedLimit`` the error to be expected is below 0.00002.
///
/// **Long texts.** Of a text with more than ``storedLimit`` only the smallest hashes are kept in the index (a bottom-k sample: which ones
/// is a property of the 5-gram, the same in every text), and two sets are compared in the range that both cover: standard
/// error at most 0.002.
public struct ShingleSet: Sendable, Equatable {
    /// 65,536 hashes, 256 KiB: about 400 KB of text.
    public static let storedLimit = 65_536

    /// How many distinct ones the text has.
    public let total: Int
    /// Ascending, distinct: all of them, or the smallest.
    public let hashes: [UInt32]

    /// `all`: ascending and distinct.
    init(_ all: [UInt32]) {
        total = all.count
        hashes = all
    }

    /// As they were stored: `hashes` ascending, distinct, the smallest of `total`.
    init(total: Int, hashes: [UInt32]) {
        self.total = total
        self.hashes = hashes
    }

    /// What the index keeps of this set.
    public var stored: ShingleSet {
        hashes.count <= Self.storedLimit ? self : ShingleSet(total: total, hashes: Array(hashes[..<Self.storedLimit]))
    }

    /// The size of the intersection by the size of the union; 0 where one is empty.
    public func jaccard(with other: ShingleSet) -> Double {
        hashes.withUnsafeBytes { own in
            other.hashes.withUnsafeBytes { others in
                HashRun(total: total, bytes: own).jaccard(with: HashRun(total: other.total, bytes: others))
            }
        }
    }
}

/// A shingle set as it lies in stored bytes, at any alignment: ascending, four little-endian bytes each.
struct HashRun {
    let total: Int
    let bytes: UnsafeRawBufferPointer

    var count: Int { bytes.count / 4 }

    @inline(__always)
    subscript(index: Int) -> UInt32 {
        UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self))
    }

    /// The largest hash that this run speaks for: all of them, unless only the smallest were kept.
    private var reach: UInt32 { count < total && count > 0 ? self[count - 1] : .max }

    func jaccard(with other: HashRun) -> Double {
        let reach = min(self.reach, other.reach)
        let own = countWithin(reach)
        let others = other.countWithin(reach)
        guard own > 0, others > 0 else { return 0 }
        let shared = Self.shared(self, own, other, others)
        return Double(shared) / Double(own + others - shared)
    }

    private func countWithin(_ reach: UInt32) -> Int {
        guard reach < .max else { return count }
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self[middle] <= reach { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// A merge without branches on the data: both positions move by comparison results.
    private static func shared(_ first: HashRun, _ firstCount: Int, _ second: HashRun, _ secondCount: Int) -> Int {
        var i = 0
        var j = 0
        var shared = 0
        while i < firstCount && j < secondCount {
            let a = first[i]
            let b = second[j]
            shared &+= a == b ? 1 : 0
            i &+= a <= b ? 1 : 0
            j &+= b <= a ? 1 : 0
        }
        return shared
    }
}
