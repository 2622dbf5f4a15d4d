/// A set of character classes; each code point is in exactly one, or in none.
struct CharacterClass: OptionSet, BitwiseCopyable, Sendable {
    var rawValue: UInt8

    /// Lu and Lt.
    static let upper = Self(rawValue: 1)
    /// Ll.
    static let lower = Self(rawValue: 2)
    /// Lm and Lo: letters without case.
    static let otherLetter = Self(rawValue: 4)
    static let mark = Self(rawValue: 8)
    static let number = Self(rawValue: 16)
    /// The property White_Space.
    static let space = Self(rawValue: 32)
    static let punctuation = Self(rawValue: 64)
    static let symbol = Self(rawValue: 128)

    static let letter: Self = [.upper, .lower, .otherLetter]
    static let spaceLetterOrNumber: Self = [.space, .upper, .lower, .otherLetter, .number]

    @inline(__always) func isIn(_ set: Self) -> Bool { rawValue & set.rawValue != 0 }
}

/// The class of every code point, one byte each, unpacked once for the process from ``CharacterClassRuns``.
///
/// Flat on purpose: one load for a character, and text touches few of its pages.
struct CharacterClasses: @unchecked Sendable {
    static let shared = CharacterClasses()

    let table: UnsafePointer<CharacterClass>
    /// Keeps `table` alive; frozen, so that sharing the pointer is safe.
    private let owner: FrozenBuffer<CharacterClass>

    private init() {
        owner = FrozenBuffer(Self.unpack())
        table = owner.base
    }

    private static func unpack() -> [CharacterClass] {
        var classes: [CharacterClass] = []
        classes.reserveCapacity(0x110000)
        var current: CharacterClass?
        var length = 0
        func finishRun() {
            if let current { classes.append(contentsOf: repeatElement(current, count: length == 0 ? 1 : length)) }
            length = 0
        }
        CharacterClassRuns.text.withUTF8Buffer { text in
            for byte in text {
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"): length = length * 10 + Int(byte - UInt8(ascii: "0"))
                case UInt8(ascii: " "), UInt8(ascii: "\n"): break
                default:
                    finishRun()
                    current = named(byte)
                }
            }
            finishRun()
        }
        precondition(classes.count == 0x110000, "CharacterClassRuns.swift does not cover Unicode: generate it again")
        return classes
    }

    private static func named(_ letter: UInt8) -> CharacterClass {
        switch letter {
        case UInt8(ascii: "U"): .upper
        case UInt8(ascii: "L"): .lower
        case UInt8(ascii: "O"): .otherLetter
        case UInt8(ascii: "M"): .mark
        case UInt8(ascii: "N"): .number
        case UInt8(ascii: "W"): .space
        case UInt8(ascii: "P"): .punctuation
        case UInt8(ascii: "S"): .symbol
        default: []
        }
    }
}
