/// What a character beyond ASCII is to the block scanner, told from its UTF-8 bytes.
enum WideCharacter {
    case letter
    /// A character that is a word by itself: Han, Hiragana, Katakana.
    case ideograph
    case space
    /// Zero-width characters, soft hyphens, byte-order marks.
    case invisible
    case sentenceEnd
    case comma
    case currency
    case punctuation

    @inline(__always)
    init(_ lead: UInt8, _ second: UInt8, _ third: UInt8) {
        switch lead {
        case 0xC2: self = WideCharacter.latin(second)
        case 0xD8: self = second == 0x8C ? .comma : second == 0x9F ? .sentenceEnd : .letter  // Arabic , and ?
        case 0xDB: self = second == 0x94 ? .sentenceEnd : .letter  // Urdu full stop
        case 0xE0: self = second == 0xA5 && (third == 0xA4 || third == 0xA5) ? .sentenceEnd : .letter  // danda
        case 0xE2: self = WideCharacter.general(second, third)
        case 0xE3: self = WideCharacter.kana(second, third)
        case 0xE4...0xE9: self = .ideograph
        case 0xEF: self = WideCharacter.forms(second, third)
        case 0xF0: self = second >= 0xA0 ? .ideograph : .punctuation
        default: self = .letter
        }
    }

    private static func latin(_ second: UInt8) -> WideCharacter {
        switch second {
        case 0xA0: .space
        case 0xAD: .invisible
        case 0xA2...0xA5: .currency
        case 0xAA, 0xB5, 0xBA: .letter
        default: .punctuation
        }
    }

    private static func general(_ second: UInt8, _ third: UInt8) -> WideCharacter {
        switch (second, third) {
        case (0x80, 0x80...0x8A), (0x80, 0xA8...0xA9), (0x80, 0xAF), (0x81, 0x9F): .space
        case (0x80, 0x8B...0x8F), (0x81, 0xA0...0xA4), (0x80, 0xAA...0xAE): .invisible
        case (0x80, 0xA6): .sentenceEnd
        case (0x82, 0xA0...0xBF): .currency
        case (0x80...0x81, _), (0x86...0xAF, _): .punctuation
        default: .letter
        }
    }

    private static func kana(_ second: UInt8, _ third: UInt8) -> WideCharacter {
        switch (second, third) {
        case (0x80, 0x80): .space
        case (0x80, 0x81): .comma
        case (0x80, 0x82): .sentenceEnd
        case (0x80, _): .punctuation
        default: .ideograph
        }
    }

    private static func forms(_ second: UInt8, _ third: UInt8) -> WideCharacter {
        switch (second, third) {
        case (0xBB, 0xBF): .invisible
        case (0xBC, 0x81), (0xBC, 0x8E), (0xBC, 0x9F): .sentenceEnd
        case (0xBC, 0x8C), (0xBC, 0x9B): .comma
        case (0xA4...0xAB, _): .ideograph
        case (0xBC, 0x90...0x99), (0xBC, 0xA1...0xBA), (0xBD, 0x81...0x9A): .letter
        default: .punctuation
        }
    }
}
