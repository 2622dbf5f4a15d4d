/// DeepSeek's three patterns, one after the other, each within the pieces that the one before left:
///
/// 1. `\p{N}{1,3}`
/// 2. `[一-龥぀-ゟ゠-ヿ]+`
/// 3. ``[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+``
///
/// The third does not match everything: what lies between two matches is a piece too. The end of a piece of the first two is an end of text for the third.
struct DeepSeekSplitter: PieceSplitter {
    private let whole: TextCursor
    /// Of the piece that the first two patterns cut.
    private var segment: TextCursor

    init(cursor: TextCursor) {
        whole = cursor
        // Begins empty: the first question finds `start` at or past its end.
        segment = cursor
        isInSegment = false
    }

    private var isInSegment: Bool
    private static var wordSet: CharacterClass { [.upper, .lower, .otherLetter, .mark] }
    private static var symbolSet: CharacterClass { [.punctuation, .symbol] }
    private static var noPrefix: CharacterClass { [.upper, .lower, .otherLetter, .punctuation, .symbol] }

    @inline(__always) mutating func pieceEnd(_ start: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
        if !isInSegment || start == segment.end {
            if whole.read(start).kind.isIn(.number) {
                isInSegment = false
                return whole.skip(.number, from: start, atMost: 3)
            }
            segment = whole.ending(at: segmentEnd(start))
            isInSegment = true
        }
        if let end = matchEnd(start) { return end }
        // No match here: the gap reaches to the next match.
        var position = segment.read(start).next
        while position < segment.end, matchEnd(position) == nil { position = segment.read(position).next }
        return position
    }

    /// Up to the next number, or to the other side of a border between the second pattern's characters and others.
    private func segmentEnd(_ start: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
        let isIdeographic = isInSecondPattern(start)
        var position = whole.read(start).next
        while position < whole.end {
            let (kind, next) = whole.read(position)
            if kind.isIn(.number)
                || (position.pointee >= 0xE3 || isIdeographic) && isInSecondPattern(position) != isIdeographic
            {
                break
            }
            position = next
        }
        return position
    }

    /// `[一-龥぀-ゟ゠-ヿ]`: U+4E00…U+9FA5, U+3040…U+30FF.
    @inline(__always) private func isInSecondPattern(_ position: UnsafePointer<UInt8>) -> Bool {
        let first = position.pointee
        guard first >= 0xE3, first <= 0xE9 else { return false }
        let (scalar, length) = whole.decode(position, first)
        return length == 3 && (0x4E00...0x9FA5 ~= scalar || 0x3040...0x30FF ~= scalar)
    }

    /// The third pattern at `start`.
    @inline(__always) private func matchEnd(_ start: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
        let first = start.pointee
        let (kind, next) = segment.read(start)
        if kind.isIn(.letter) { return segment.skip(Self.wordSet, from: next) }
        let hasNext = next < segment.end
        if first < 0x80, kind.isIn(Self.symbolSet), hasNext, isASCIILetter(next.pointee) {
            var position = next + 1
            while position < segment.end, isASCIILetter(position.pointee) { position += 1 }
            return position
        }
        if hasNext, !kind.isIn(Self.noPrefix), !segment.isLineEnd(first) {
            let (following, afterFollowing) = segment.read(next)
            if following.isIn(Self.wordSet) { return segment.skip(Self.wordSet, from: afterFollowing) }
            if first == UInt8(ascii: " "), following.isIn(Self.symbolSet) {
                return segment.skipLineEnds(from: segment.skip(Self.symbolSet, from: afterFollowing))
            }
        }
        if kind.isIn(.mark) { return next }
        if kind.isIn(Self.symbolSet) {
            return segment.skipLineEnds(from: segment.skip(Self.symbolSet, from: next))
        }
        return kind.isIn(.space) ? segment.spaceEnd(from: start) : nil
    }

    @inline(__always) private func isASCIILetter(_ byte: UInt8) -> Bool {
        byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
    }
}
