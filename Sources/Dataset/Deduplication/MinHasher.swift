import CMinHash

/// MinHash and locality-sensitive hashing: bands × rows hash functions over a set of shingles, and one key a band.
///
/// Source: A. Broder, "On the resemblance and containment of documents", 1997; banding: Leskovec, Rajaraman, Ullman, "Mining of Massive
/// Datasets", chapter 3. The functions are permutations of the 32-bit numbers (`CMinHash`), chosen by the settings' seed.
/// The kernel is the fastest that the processor has; all give the same values.
public struct MinHasher: Sendable {
    /// How the values are computed.
    public enum Kernel: Sendable, CaseIterable { case portable, avx2, avx512 }

    public let settings: DeduplicationSettings
    private let masks: [UInt32]
    private let factors: [UInt32]
    private let kernel: leat_minhash_kernel

    /// `kernel`: for tests; without one, the best there is. One that the processor lacks is replaced by a lesser one.
    public init(_ settings: DeduplicationSettings = DeduplicationSettings(), kernel: Kernel? = nil) throws(DeduplicationError) {
        try settings.validate()
        self.settings = settings
        let lanes = Int(LEAT_MINHASH_LANES)
        let padded = (settings.bands * settings.rows + lanes - 1) / lanes * lanes
        var state = settings.seed
        func next() -> UInt32 {
            state &+= 0x9E37_79B9_7F4A_7C15
            return UInt32(truncatingIfNeeded: Mixing.mix(state) >> 32)
        }
        masks = (0..<padded).map { _ in next() }
        factors = (0..<padded).map { _ in next() | 1 }
        self.kernel =
            switch kernel {
            case nil: leat_minhash_best()
            case .portable: leat_minhash_portable
            case .avx2: leat_minhash_avx2
            case .avx512: leat_minhash_avx512
            }
    }

    /// The least value of each function over the set, bands × rows of them. The share of equal values of two sets estimates
    /// their Jaccard j with a standard error of √(j(1 − j) / (bands × rows)).
    public func minima(of set: ShingleSet) -> [UInt32] {
        var minima = padMinima(of: set.hashes)
        minima.removeLast(minima.count - settings.bands * settings.rows)
        return minima
    }

    /// One key for each band; none for an empty set. Equal keys of a band mean equal values in all its rows (or an accident of
    /// probability 2⁻⁶⁴, which the check of candidates finds).
    public func bandKeys(of set: ShingleSet) -> [UInt64] {
        guard !set.hashes.isEmpty else { return [] }
        let minima = padMinima(of: set.hashes)
        var keys: [UInt64] = []
        keys.reserveCapacity(settings.bands)
        for band in 0..<settings.bands {
            var key = Mixing.mix(UInt64(band) &+ 1)
            for row in (band * settings.rows)..<((band + 1) * settings.rows) {
                key = (key ^ UInt64(minima[row])) &* 0x9DDF_EA08_EB38_2D69
                key ^= key >> 29
            }
            keys.append(Mixing.mix(key))
        }
        return keys
    }

    private func padMinima(of hashes: [UInt32]) -> [UInt32] {
        [UInt32](unsafeUninitializedCapacity: masks.count) { minima, count in
            leat_minhash(kernel, hashes, hashes.count, masks, factors, minima.baseAddress, masks.count)
            count = masks.count
        }
    }
}
