/// What decides which documents count as near-duplicates. Two indexes, or an index and a signature, go together only where all
/// of this is equal: ``digest`` travels with every signature.
public struct DeduplicationSettings: Sendable, Hashable {
    /// Groups of hash values. Two documents become candidates when all the values of one group are equal.
    public var bands = 14
    /// Hash values in one group. A pair of Jaccard j is found with probability 1 − (1 − j^rows)^bands: .924 at j = .8 for 14 × 8.
    public var rows = 8
    /// Chooses the hash functions.
    public var seed: UInt64 = 20_261_122
    /// The least exact Jaccard of word 5-grams at which the later document is a near-duplicate.
    public var threshold = 0.8

    public static let shingleWords = 5
    public static let bandLimit = 512
    public static let rowLimit = 64

    public init() {}

    /// Throws ``DeduplicationError/badSetting(_:)`` where a value is out of bounds.
    public func validate() throws(DeduplicationError) {
        guard (1...Self.bandLimit).contains(bands) else {
            throw .badSetting("bands is \(bands); 1 to \(Self.bandLimit) are possible")
        }
        guard (1...Self.rowLimit).contains(rows) else {
            throw .badSetting("rows is \(rows); 1 to \(Self.rowLimit) are possible")
        }
        guard threshold > 0, threshold <= 1 else { throw .badSetting("threshold is \(threshold); it lies above 0, up to 1") }
    }

    /// A number for everything that shapes a signature (the threshold does not).
    public var digest: UInt32 {
        var hash = Mixing.mix(UInt64(DocumentSignature.version))
        for value in [UInt64(Self.shingleWords), UInt64(bands), UInt64(rows), seed, UInt64(ShingleSet.storedLimit)] {
            hash = Mixing.mix(hash ^ value)
        }
        return UInt32(truncatingIfNeeded: hash >> 32)
    }
}
