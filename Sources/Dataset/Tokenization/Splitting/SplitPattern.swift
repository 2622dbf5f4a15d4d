/// The split patterns that have a splitter of their own. Each cuts exactly as its regular expression does; classes are Unicode's.
public enum SplitPattern: String, Sendable, CaseIterable {
    case gpt2
    case llama3
    case cl100k
    case o200k
    case tekken
    case deepseek
    /// Llama 3's with one number a piece (Qwen).
    case singleNumber

    /// The regular expressions, one applied within the pieces of the one before, that each pattern is known by.
    private static let known: [(expressions: [String], pattern: SplitPattern)] = [
        ([#"'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s"#], .gpt2),
        ([#"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#], .gpt2),
        ([#"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#], .gpt2),
        ([contractions + #"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|"# + spaces], .llama3),
        ([contractions + #"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|"# + spaces], .singleNumber),
        (
            [
                #"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|"#
                    + #"\s++$|\s*[\r\n]|\s+(?!\S)|\s"#
            ], .cl100k
        ),
        (
            [
                #"[^\r\n\p{L}\p{N}]?"# + upper + "*" + lower + "+" + contractions + "?|"
                    + #"[^\r\n\p{L}\p{N}]?"# + upper + "+" + lower + "*" + contractions + "?|"
                    + #"\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|"# + spaces
            ], .o200k
        ),
        (
            [
                #"[^\r\n\p{L}\p{N}]?"# + upper + "*" + lower + #"+|[^\r\n\p{L}\p{N}]?"# + upper + "+" + lower
                    + #"*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|"# + spaces
            ], .tekken
        ),
        (
            [
                #"\p{N}{1,3}"#, "[一-龥\u{3040}-\u{309F}\u{30A0}-\u{30FF}]+",
                ##"[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^"## + "\r\n"
                    + #"\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+["# + "\r\n]*|"
                    + #"\s*["# + "\r\n" + #"]+|\s+(?!\S)|\s+"#,
            ], .deepseek
        ),
    ]
    private static let contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
    private static let spaces = #"\s*[\r\n]+|\s+(?!\S)|\s+"#
    private static let upper = #"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"#
    private static let lower = #"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"#

    /// The pattern that regular expressions, applied one within the other's pieces, stand for; nil if none is known that reads so.
    public init?(expressions: [String]) {
        guard let found = Self.known.first(where: { Self.same($0.expressions, expressions) }) else { return nil }
        self = found.pattern
    }

    /// Byte for byte: `==` would take canonically equivalent expressions for the same.
    private static func same(_ a: [String], _ b: [String]) -> Bool {
        a.count == b.count && zip(a, b).allSatisfy { $0.utf8.elementsEqual($1.utf8) }
    }

    /// The lengths in bytes of the pieces that the pattern cuts `text` into, in order; they add up to the text's.
    public func pieceLengths(in text: Span<UInt8>) -> [Int] {
        text.withUnsafeBufferPointer { text in
            switch self {
            case .gpt2: Self.lengths(text, GPT2Splitter.self)
            case .llama3: Self.lengths(text, Llama3Splitter<Llama3Form>.self)
            case .cl100k: Self.lengths(text, Llama3Splitter<CL100KForm>.self)
            case .o200k: Self.lengths(text, O200KSplitter<O200KForm>.self)
            case .tekken: Self.lengths(text, O200KSplitter<TekkenForm>.self)
            case .deepseek: Self.lengths(text, DeepSeekSplitter.self)
            case .singleNumber: Self.lengths(text, Llama3Splitter<SingleNumberForm>.self)
            }
        }
    }

    private static func lengths<Splitter: PieceSplitter>(
        _ text: UnsafeBufferPointer<UInt8>, _: Splitter.Type
    ) -> [Int] {
        guard let base = text.baseAddress else { return [] }
        let end = base + text.count
        var splitter = Splitter(cursor: TextCursor(end: end, classes: .shared))
        var lengths: [Int] = []
        var start = base
        while start < end {
            let next = splitter.pieceEnd(start)
            lengths.append(next - start)
            start = next
        }
        return lengths
    }
}

extension Vocabulary {
    /// Appends the tokens of a text without special tokens.
    func encode(
        _ text: UnsafeBufferPointer<UInt8>, pattern: SplitPattern, scratch: TokenizerScratch,
        into identifiers: inout [UInt32]
    ) {
        switch pattern {
        case .gpt2: encode(text, by: GPT2Splitter.self, scratch: scratch, into: &identifiers)
        case .llama3: encode(text, by: Llama3Splitter<Llama3Form>.self, scratch: scratch, into: &identifiers)
        case .cl100k: encode(text, by: Llama3Splitter<CL100KForm>.self, scratch: scratch, into: &identifiers)
        case .o200k: encode(text, by: O200KSplitter<O200KForm>.self, scratch: scratch, into: &identifiers)
        case .tekken: encode(text, by: O200KSplitter<TekkenForm>.self, scratch: scratch, into: &identifiers)
        case .deepseek: encode(text, by: DeepSeekSplitter.self, scratch: scratch, into: &identifiers)
        case .singleNumber:
            encode(text, by: Llama3Splitter<SingleNumberForm>.self, scratch: scratch, into: &identifiers)
        }
    }
}
