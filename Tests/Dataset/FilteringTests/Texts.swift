@testable import Filtering

/// Words of a text as strings.
func words(_ text: String, _ rules: WordRules = .english) -> [String] {
    let bytes = Array(text.utf8)
    return TextSegmentation(text, rules: rules).words.map { String(decoding: bytes[$0.range], as: UTF8.self) }
}

/// A chain of one filter with a language's or the base settings.
func chain(_ step: FilterStep, measureAll: Bool = false) throws -> FilterChain {
    try FilterChain(FilterChainSettings(filters: [step], measureAll: measureAll))
}

/// The rule by which one filter refuses a text; nil where it keeps.
func refusal(_ step: FilterStep, _ text: String) throws -> String? {
    try chain(step).evaluate(FilterInput(text: text)).rejection?.rule
}

/// What one filter measures on a text.
func measured(_ step: FilterStep, _ text: String, _ name: String) throws -> Double? {
    try chain(step).evaluate(FilterInput(text: text)).measured.first { $0.name == name }?.value ?? nil
}

/// Numbers from a seed, the same on every run (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
    var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

/// Different words in different order, so that no repetition rule finds anything: "alpha1 alpha2 …".
func plainWords(_ count: Int, from first: Int = 0) -> [String] {
    let letters = Array("abcdefghijklmnop")
    return (first..<first + count).map { number in
        var rest = number
        var word = "w"
        repeat {
            word.append(letters[rest % 16])
            rest /= 16
        } while rest > 0
        return word + "en"
    }
}
