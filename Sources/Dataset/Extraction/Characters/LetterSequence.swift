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

    /// What came before a scalar.
    private struct Previous {
        var kind = Kind.other
        var script: Int32 = 0
        var isASCII = true
        /// Whether it is a symbol behind a letter.
        var isSymbolAfterLetter = false

        var isLetter: Bool { kind != .other && kind != .symbol }
    }

    /// Reads well-formed UTF-8.
    init(_ utf8: [UInt8]) {
        let end = min(utf8.count, Self.limitBytes)
        var previous = Previous()
        var i = 0
        while i < end, beyondASCII < Self.limit {
            let lead = utf8[i]
            if lead < 0x80, previous.isASCII, !previous.isSymbolAfterLetter {
                // Markup: only the last byte before a scalar beyond ASCII matters.
                i &+= 1
                guard i < end, utf8[i] >= 0x80 else { continue }
                previous = Previous(kind: Self.kind(UInt32(lead)), script: Self.isLatin(lead) ? Self.latin : 0)
                continue
            }
            let length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
            guard i &+ length <= end else { return }
            var scalar = UInt32(lead) & (length == 1 ? 0x7F : length == 2 ? 0x1F : length == 3 ? 0x0F : 0x07)
            for k in 1..<max(length, 1) { scalar = scalar << 6 | UInt32(utf8[i &+ k] & 0x3F) }
            add(scalar, &previous)
            i &+= length
        }
    }

    private mutating func add(_ scalar: UInt32, _ previous: inout Previous) {
        let isASCII = scalar < 0x80
        let kind = Self.kind(scalar)
        let isLetter = kind != .other && kind != .symbol
        let script = isLetter ? leat_icu_script(scalar) : 0
        if isLetter, !(isASCII && previous.isASCII && !previous.isSymbolAfterLetter) {
            if previous.isSymbolAfterLetter { oddities += 1 }
            if previous.isLetter, script > 1, previous.script > 1, script != previous.script { oddities += 1 }
            if kind == .capital, previous.kind == .small, script == previous.script { oddities += 1 }
        }
        if !isASCII {
            beyondASCII += 1
            if kind == .capital { capitals += 1 } else if kind == .small { small += 1 }
        }
        previous = Previous(
            kind: kind, script: script, isASCII: isASCII, isSymbolAfterLetter: kind == .symbol && previous.isLetter)
    }

    /// Oddities for each scalar beyond ASCII, with capitals in excess of small letters as odd as that.
    var oddShare: Double {
        guard beyondASCII >= 8 else { return 0 }
        let excess = max(0, capitals - small)
        return Double(oddities + excess) / Double(beyondASCII)
    }

    /// More than words of any language and ordinary writing have.
    var isOdd: Bool { oddShare > 0.1 }

    private static let latin = leat_icu_script(0x61)

    private static func isLatin(_ byte: UInt8) -> Bool { 0x61...0x7A ~= byte | 0x20 }

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
