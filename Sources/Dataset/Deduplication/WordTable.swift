/// Which code points make words, and in what lower case: `\w` and `lower()` as Python has them, by Unicode's classes.
///
/// * A word is a run of letters (L*), numbers (N*) and underscores. Everything else ends a word, combining marks (M*) too.
/// * Lower case is Unicode's, with two particulars: U+0130 (İ) becomes `i` and ends the word, since the dot above that it
///   leaves is a mark; final sigma (ς) counts as σ, so that the case of a text does not matter.
enum WordTable {
    /// Past this, no code point makes words (checked by a test against the standard library's classes).
    static let count = 0x33480

    /// Set in an entry whose code point ends the word that it belongs to.
    static let endsWord: UInt32 = 1 << 31

    /// For each code point below ``count``: 0 where it makes no word, else its lower case. Kept for the life of the process.
    nonisolated(unsafe) static let entries: UnsafePointer<UInt32> = {
        // `nonisolated(unsafe)`: written here alone, before anyone sees it, and never freed.
        let entries = UnsafeMutablePointer<UInt32>.allocate(capacity: count)
        var value = 0
        for range in ideographs {
            while value < range.lowerBound {
                entries[value] = entry(UInt32(value))
                value += 1
            }
            while value < range.upperBound {
                entries[value] = UInt32(value)
                value += 1
            }
        }
        while value < count {
            entries[value] = entry(UInt32(value))
            value += 1
        }
        return UnsafePointer(entries)
    }()

    /// Long runs of letters without case (Han, Hangul): most code points, whose classes need not be asked for one by one.
    private static let ideographs = [0x3400..<0x4DC0, 0x4E00..<0xA000, 0xAC00..<0xD7A4, 0x20000..<0x2A6E0]

    /// The same for one byte: 0 ends a word, 1...0x7F is the lower case, 0x80 belongs to a longer code point.
    nonisolated(unsafe) static let bytes: UnsafePointer<UInt8> = {
        let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: 256)
        for value in 0..<256 { bytes[value] = value < 0x80 ? UInt8(entry(UInt32(value))) : 0x80 }
        return UnsafePointer(bytes)
    }()

    static func makesWords(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber, .letterNumber,
            .otherNumber:
            true
        default: scalar == "_"
        }
    }

    private static func entry(_ value: UInt32) -> UInt32 {
        guard let scalar = Unicode.Scalar(value), makesWords(scalar) else { return 0 }
        if value == 0x3C2 { return 0x3C3 }
        // Letters without case are most of what is left.
        guard scalar.properties.generalCategory != .otherLetter, scalar.properties.changesWhenLowercased else { return value }
        let lower = scalar.properties.lowercaseMapping.unicodeScalars
        let first = lower.first?.value ?? value
        return lower.count == 1 ? first : first | endsWord
    }
}
