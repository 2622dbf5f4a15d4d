/// An ordered list of filters, as a recipe gives it.
///
/// ```yaml
/// preset: fineweb2            # optional: its filters where none are listed, its languages' thresholds where one is
/// filters:
///   - filter: gopher_quality
///     min_doc_words: 30
///     by_language: { deu: { max_avg_word_length: 15 } }
/// ```
public struct FilterChainSettings: Codable, Sendable, Equatable {
    /// The name of the preset that the recipe started from; empty for none.
    public var preset: String
    public var filters: [FilterStep]
    /// Run the filters behind the one that refuses too, so that every value is measured.
    public var measureAll: Bool

    public init(filters: [FilterStep], measureAll: Bool = false) {
        preset = ""
        self.filters = filters
        self.measureAll = measureAll
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case preset
        case filters
        case measureAll = "measure_all"
    }

    public init(from decoder: any Decoder) throws {
        let settings = try StrictSettings(decoder, of: "the chain of filters", CodingKeys.self)
        preset = try settings.value(.preset, "")
        measureAll = try settings.value(.measureAll, false)
        let base = try FilterPreset.named(preset)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard container.contains(.filters) else {
            filters = base?.filters ?? FilterPreset.fineWeb
            return
        }
        filters = []
        var listed = try container.nestedUnkeyedContainer(forKey: .filters)
        while !listed.isAtEnd {
            let entry = try listed.superDecoder()
            let step = try FilterStep(from: entry)
            // A preset's languages come into it before what holds for all of them.
            filters.append(try (base.map { step.addingLanguages(of: $0.filters) } ?? step).overridden(by: entry))
        }
    }
}
