import Testing

@testable import Tokenization

struct SplitterTests {
    private func slowLengths(_ text: [Unicode.Scalar], _ pattern: SplitPattern) -> [Int] {
        var pieces = text.isEmpty ? [] : [text]
        for slow in SlowPattern.of(pattern) { pieces = pieces.flatMap { slow.pieces($0) } }
        return pieces.map { $0.reduce(0) { $0 + UTF8.width($1) } }
    }

    @Test(arguments: SplitPattern.allCases)
    func `cuts as its regular expression does`(pattern: SplitPattern) {
        var generator = SeededGenerator(7)
        for _ in 0..<3_000 {
            let text = RandomText.scalars(&generator)
            let bytes = text.flatMap { Array(UTF8.encode($0) ?? UTF8.encodedReplacementCharacter) }
            let lengths = pattern.pieceLengths(in: bytes.span)
            #expect(lengths == slowLengths(text, pattern), "\(pattern): \(text.map { String($0.value, radix: 16) })")
        }
    }

    @Test(arguments: SplitPattern.allCases)
    func `takes any bytes and loses none`(pattern: SplitPattern) {
        var generator = SeededGenerator(11)
        let heads: [UInt8] = [0x20, 0x27, 0x41, 0xC2, 0xC5, 0xE3, 0xE4, 0xED, 0xF0, 0xF4, 0x80, 0xBF, 0xFF]
        for _ in 0..<2_500 {
            let bytes = (0..<Int.random(in: 0...12, using: &generator)).map { _ in
                Bool.random(using: &generator)
                    ? UInt8.random(in: 0...255, using: &generator) : heads.randomElement(using: &generator) ?? 0
            }
            let lengths = pattern.pieceLengths(in: bytes.span)
            #expect(lengths.allSatisfy { $0 > 0 } && lengths.reduce(0, +) == bytes.count, "\(pattern): \(bytes)")
        }
    }

    @Test func `classes are the standard library's`() {
        let table = CharacterClasses.shared.table
        for value in UInt32(0)..<0x110000 {
            guard let scalar = Unicode.Scalar(value), scalar.properties.generalCategory != .unassigned else { continue }
            let kind = table[Int(value)]
            if kind.isIn(.space) != scalar.properties.isWhitespace {
                Issue.record("white space: U+\(String(value, radix: 16))")
            }
            let isUpper = [.uppercaseLetter, .titlecaseLetter].contains(scalar.properties.generalCategory)
            if kind.isIn(.upper) != isUpper { Issue.record("upper case: U+\(String(value, radix: 16))") }
        }
    }

    @Test func `patterns are known by their expressions`() {
        let llama3 =
            #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
        #expect(SplitPattern(expressions: [llama3]) == .llama3)
        #expect(SplitPattern(expressions: [llama3.replacing("{1,3}", with: "")]) == .singleNumber)
        #expect(SplitPattern(expressions: [llama3, llama3]) == nil)
        #expect(SplitPattern(expressions: [#"\w+"#]) == nil)
    }
}
