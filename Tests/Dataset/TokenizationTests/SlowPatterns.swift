import Tokenization

/// The split patterns, written down from their regular expressions.
extension SlowPattern {
    /// One after the other, each within the pieces of the one before.
    static func of(_ pattern: SplitPattern) -> [SlowPattern] {
        switch pattern {
        case .gpt2: [gpt2]
        case .llama3: [llama3(numbers: 3)]
        case .cl100k: [cl100k]
        case .o200k: [cased(contracts: true, numbers: 3)]
        case .tekken: [cased(contracts: false, numbers: 1)]
        case .deepseek: deepseek
        case .singleNumber: [llama3(numbers: 1)]
        }
    }

    private typealias Category = Unicode.GeneralCategory

    private static func category(_ categories: Category...) -> SlowPattern {
        .one { categories.contains($0.properties.generalCategory) }
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
        default: false
        }
    }

    private static func isNumber(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .decimalNumber, .letterNumber, .otherNumber: true
        default: false
        }
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        default: false
        }
    }

    private static func isPunctuationOrSymbol(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation, .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol:
            true
        default: false
        }
    }

    private static let letter = one(isLetter)
    private static let number = one(isNumber)
    private static let space = one { $0.properties.isWhitespace }
    private static let lineEnd = one { $0 == "\r" || $0 == "\n" }
    private static let blank = one { $0 == " " }
    private static let other = one { !$0.properties.isWhitespace && !isLetter($0) && !isNumber($0) }
    private static let prefix = optional(one { $0 != "\r" && $0 != "\n" && !isLetter($0) && !isNumber($0) })

    private static func word(_ text: String, anyCase: Bool) -> SlowPattern {
        sequence(
            text.unicodeScalars.map { wanted in
                one {
                    $0 == wanted
                        || anyCase && ($0.properties.lowercaseMapping == String(wanted) || $0 == "ſ" && wanted == "s")
                }
            })
    }

    private static func contractions(anyCase: Bool) -> SlowPattern {
        either(["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"].map { word($0, anyCase: anyCase) })
    }

    private static let spaces: [SlowPattern] = [
        sequence([many(space), some(lineEnd)]), sequence([some(space), notBeforeNonSpace]), some(space),
    ]

    private static let gpt2 = either([
        contractions(anyCase: false), sequence([optional(blank), some(letter)]),
        sequence([optional(blank), some(number)]),
        sequence([optional(blank), some(other)]), sequence([some(space), atEnd]),
        sequence([some(space), notBeforeNonSpace]), space,
    ])

    private static func llama3(numbers: Int) -> SlowPattern {
        either(
            [
                contractions(anyCase: true), sequence([prefix, some(letter)]), repeated(number, 1, numbers),
                sequence([optional(blank), some(other), many(lineEnd)]),
            ] + spaces)
    }

    private static let cl100k = either([
        contractions(anyCase: true), sequence([prefix, some(letter)]), repeated(number, 1, 3),
        sequence([optional(blank), some(other), many(lineEnd)]), sequence([some(space), atEnd]),
        sequence([many(space), lineEnd]), sequence([some(space), notBeforeNonSpace]), space,
    ])

    private static func cased(contracts: Bool, numbers: Int) -> SlowPattern {
        let upper = one {
            switch $0.properties.generalCategory {
            case .uppercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
            default: isMark($0)
            }
        }
        let lower = one {
            switch $0.properties.generalCategory {
            case .lowercaseLetter, .modifierLetter, .otherLetter: true
            default: isMark($0)
            }
        }
        let ending = contracts ? [optional(contractions(anyCase: true))] : []
        return either(
            [
                sequence([prefix, many(upper), some(lower)] + ending),
                sequence([prefix, some(upper), many(lower)] + ending), repeated(number, 1, numbers),
                sequence([optional(blank), some(other), many(one { "\r\n/".unicodeScalars.contains($0) })]),
            ] + spaces)
    }

    private static var deepseek: [SlowPattern] {
        let wordPart = one { isLetter($0) || isMark($0) }
        let symbol = one(isPunctuationOrSymbol)
        let noPrefix = optional(one { $0 != "\r" && $0 != "\n" && !isLetter($0) && !isPunctuationOrSymbol($0) })
        let asciiSymbol = one { "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~".unicodeScalars.contains($0) }
        let asciiLetter = one { ("A"..."Z").contains($0) || ("a"..."z").contains($0) }
        return [
            repeated(number, 1, 3),
            some(one { (0x4E00...0x9FA5).contains($0.value) || (0x3040...0x30FF).contains($0.value) }),
            either(
                [
                    sequence([asciiSymbol, some(asciiLetter)]), sequence([noPrefix, some(wordPart)]),
                    sequence([optional(blank), some(symbol), many(lineEnd)]),
                ] + spaces),
        ]
    }
}
