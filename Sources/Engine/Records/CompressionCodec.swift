/// How the records of a batch are compressed; the raw value is the low three bits of the batch's attributes.
public enum CompressionCodec: Int16, Sendable, CaseIterable, CustomStringConvertible {
    case none = 0
    case gzip = 1
    case snappy = 2
    case lz4 = 3
    case zstd = 4

    /// Kafka's name, as in `compression.type`.
    public var description: String {
        switch self {
        case .none: "none"
        case .gzip: "gzip"
        case .snappy: "snappy"
        case .lz4: "lz4"
        case .zstd: "zstd"
        }
    }

    public init?(name: String) {
        guard let codec = Self.allCases.first(where: { $0.description == name }) else { return nil }
        self = codec
    }
}

/// What decompression may produce, so that a few bytes from outside cannot take all memory.
public struct DecompressionLimits: Sendable, Equatable {
    /// Bytes of decompressed records in one batch.
    public var maximumBytes: Int
    /// Decompressed bytes for each compressed one, above `ratioFloorBytes`.
    public var maximumRatio: Int
    /// Output up to this many bytes is allowed whatever the ratio: small runs of zeros compress very well.
    public var ratioFloorBytes: Int

    public init(maximumBytes: Int = 64 << 20, maximumRatio: Int = 2_000, ratioFloorBytes: Int = 16 << 20) {
        self.maximumBytes = maximumBytes
        self.maximumRatio = maximumRatio
        self.ratioFloorBytes = ratioFloorBytes
    }

    /// The bound for `count` compressed bytes.
    func bound(forCompressed count: Int) -> Int {
        let (product, overflow) = count.multipliedReportingOverflow(by: maximumRatio)
        return min(maximumBytes, max(ratioFloorBytes, overflow ? maximumBytes : product))
    }
}
