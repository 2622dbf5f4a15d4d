/// One word of a text as the filters see it: where it is, and what they ask about it.
public struct Word: Sendable, Equatable {
    /// Offset of the first byte in the text's UTF-8.
    public var start: UInt32
    public var byteCount: UInt32
    /// Length in Unicode scalars.
    public var scalarCount: UInt32
    public var traits: WordTraits
    /// The bytes as a number modulo `ByteStringValue.prime`.
    var value: UInt64

    /// The bytes of the text that are this word.
    public var range: Range<Int> { Int(start)..<Int(start) + Int(byteCount) }

    /// A hash of 64 bits, equal for equal words of all texts.
    @inline(__always)
    public var hash: UInt64 { HashMixing.mix(value, UInt64(byteCount)) }
}

/// What a filter may ask about a word.
public struct WordTraits: OptionSet, Sendable {
    public let rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Has at least one alphabetic scalar.
    public static let alphabetic = WordTraits(rawValue: 1)
    /// Has at least one scalar outside the set of punctuation.
    public static let nonSymbol = WordTraits(rawValue: 2)
    /// Consists of scalars of the categories P… alone.
    public static let punctuation = WordTraits(rawValue: 4)
    /// Is one mark that ends a sentence.
    public static let sentenceMark = WordTraits(rawValue: 8)
    /// Starts a run without white space.
    public static let startsRun = WordTraits(rawValue: 16)
    /// More white space than one blank stands before it.
    public static let afterWideSpace = WordTraits(rawValue: 32)
}
