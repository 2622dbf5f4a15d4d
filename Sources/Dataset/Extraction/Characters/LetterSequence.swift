internal import CICU

/// How unlike words the letters of a decoded text follow each other: the mark of a single-byte charset that maps every
/// byte to some letter, but was not the one that the text was written in.
///
/// Counted among the first `limit` scalars beyond ASCII: neighbours of two scripts ("grцЯe": accented Latin read as
/// Cyrillic), capitals after small letters ("оПХБЕР": KOI8-R read as windows-1251), symbols inside words.
struct LetterSequence {
    /// Scalars beyond ASCII.
    private(set) var beyondASCII = 0
    /// Pairs and symbols that words do not have.
    private(set) var oddities = 0
    private var capitals = 0
    private var small = 0

    private static let limit = 8192
    private static let limitBytes = 256 << 10

    private enum Kind { case other, symbol, capital, small, letter }

    init(_ utf8: [UInt8]) {
        var previous = (kind: Kind.other, script: Int32(0), isASCII: true)
        var isSymbolAfterLetter = false
        for scalar in String(decoding: utf8.prefix(Self.limitBytes), as: UTF8.self).unicodeScalars.lazy.map(\.value) {
            let isASCII = scalar < 0x80
            let kind = Self.kind(scalar)
            if isASCII, kind == .other {
                previous = (.other, 0, true)
                isSymbolAfterLetter = false
                continue
            }
            let isLetter = kind != .other && kind != .symbol
            let script = isLetter ? leat_icu_script(scalar) : 0
            let followsLetter = previous.kind != .other && previous.kind != .symbol
            if isLetter, !(isASCII && previous.isASCII) {
                if isSymbolAfterLetter { oddities += 1 }
                if followsLetter, script > 1, previous.script > 1, script != previous.script { oddities += 1 }
                if kind == .capital, previous.kind == .small, script == previous.script { oddities += 1 }
            }
            if !isASCII {
                beyondASCII += 1
                if kind == .capital { capitals += 1 } else if kind == .small { small += 1 }
                if beyondASCII == Self.limit { return }
            }
            isSymbolAfterLetter = kind == .symbol && followsLetter
            previous = (kind, script, isASCII)
        }
    }

    /// Oddities for each scalar beyond ASCII, with capitals in excess of small letters as odd as that.
    var oddShare: Double {
        guard beyondASCII >= 8 else { return 0 }
        let excess = max(0, capitals - small)
        return Double(oddities + excess) / Double(beyondASCII)
    }

    /// More than words of any language and ordinary writing have.
    var isOdd: Bool { oddShare > 0.1 }

    private static func kind(_ scalar: UInt32) -> Kind {
        if scalar < 0x80 {
            if 0x61...0x7A ~= scalar { return .small }
            return 0x41...0x5A ~= scalar ? .capital : .other
        }
        switch leat_icu_general_category(scalar) {
        case 1, 3: return .capital
        case 2: return .small
        case 4, 5: return .letter
        // No-break space and the quotes and dashes of typography part words; other symbols do not stand in them.
        case 24...27: return .symbol
        default: return .other
        }
    }
}
