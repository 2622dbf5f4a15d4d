/// The settings of one filter: all keys optional in a recipe, defaults where a key is missing.
protocol FilterParameters: Codable, Sendable, Equatable {
    /// The filter's name in recipes and rejections.
    static var filterName: String { get }

    init()

    /// Reads settings whose missing keys take the values of `standard`: the base settings for a language's own.
    /// - Parameter more: keys beside the filter's own that the caller reads.
    init(from decoder: any Decoder, standard: Self, more: [String]) throws
}

extension FilterParameters {
    public init(from decoder: any Decoder) throws {
        try self.init(from: decoder, standard: Self(), more: [])
    }
}
