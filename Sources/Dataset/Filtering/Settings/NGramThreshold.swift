/// A threshold for rows of `size` words; in recipes a pair, `[5, 0.15]`, as in datatrove.
public struct NGramThreshold: Codable, Sendable, Equatable {
    public var size: Int
    /// The largest share of the text's characters that is kept.
    public var largest: Double

    public init(_ size: Int, _ largest: Double) {
        self.size = size
        self.largest = largest
    }

    public init(from decoder: any Decoder) throws {
        var pair = try decoder.unkeyedContainer()
        size = try pair.decode(Int.self)
        largest = try pair.decode(Double.self)
        guard pair.isAtEnd, (1...64).contains(size), largest.isFinite else {
            throw FilterSettingsError.badValue(
                "top_n_grams or dup_n_grams", owner: "gopher_repetition",
                needs: "pairs of a number of words from 1 to 64 and a share, such as [5, 0.15]")
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var pair = encoder.unkeyedContainer()
        try pair.encode(size)
        try pair.encode(largest)
    }
}
