/// A small seeded generator (splitmix64): the same numbers in every run.
struct Seeded: RandomNumberGenerator {
    var state: UInt64
    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// A stream of texts in which many are edited copies of earlier ones.
struct TextStream {
    var random: Seeded
    private(set) var texts: [[String]] = []

    init(seed: UInt64) { random = Seeded(seed) }

    mutating func word() -> String { "w\(Int.random(in: 0..<5_000, using: &random))" }

    mutating func next() -> String {
        var words: [String]
        if let earlier = texts.randomElement(using: &random), Int.random(in: 0..<10, using: &random) < 6 {
            words = earlier
            for _ in 0..<Int.random(in: 0...4, using: &random) { words[Int.random(in: 0..<words.count, using: &random)] = word() }
        } else {
            words = (0..<Int.random(in: 3...120, using: &random)).map { _ in word() }
        }
        texts.append(words)
        return words.joined(separator: Bool.random(using: &random) ? " " : "\n")
    }
}
