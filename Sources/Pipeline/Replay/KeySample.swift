/// Which keys belong to a sample: a function of the key alone, so that every run, stage and machine chooses the same.
///
/// FNV-1a over the key's bytes, finished with the mixer of SplitMix64, against a threshold. A larger sample holds every smaller one.
public struct KeySample: Hashable, Sendable, CustomStringConvertible {
    /// From above 0 to 1.
    public let share: Double
    private let threshold: UInt64

    /// Throws where the share is no number from above 0 to 1.
    public init(share: Double) throws {
        guard share > 0, share <= 1 else { throw PipelineError("a sample is a share from above 0 to 100%, not \(share * 100)%") }
        self.share = share
        threshold = share >= 1 ? .max : UInt64(share * 18_446_744_073_709_551_616.0)
    }

    /// Reads "1%" or "0.01".
    public init(text: String) throws {
        let isPercent = text.hasSuffix("%")
        guard let number = Double(isPercent ? String(text.dropLast()) : text) else {
            throw PipelineError("the sample \(text) is no share: write it as 1% or 0.01")
        }
        try self.init(share: isPercent ? number / 100 : number)
    }

    public func holds(_ key: UnsafeRawBufferPointer) -> Bool {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in key { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
        return (hash ^ (hash >> 31)) <= threshold
    }

    public var description: String { "\((share * 1_000_000).rounded() / 10_000)%" }
}
