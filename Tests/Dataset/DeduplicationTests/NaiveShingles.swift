/// The definitions, as slowly and plainly as they can be written: the model for the fast code.
enum NaiveShingles {
    static func words(_ text: String) -> [String] {
        var words: [String] = []
        var word = ""
        for scalar in text.lowercased().unicodeScalars {
            let isWord: Bool =
                switch scalar.properties.generalCategory {
                case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
                    .letterNumber, .otherNumber:
                    true
                default: scalar == "_"
                }
            if isWord {
                word.unicodeScalars.append(scalar == "ς" ? "σ" : scalar)
            } else if !word.isEmpty {
                words.append(word)
                word = ""
            }
        }
        if !word.isEmpty { words.append(word) }
        return words
    }

    /// Words joined by a character that is in none.
    static func shingles(_ text: String) -> Set<String> {
        let words = words(text)
        guard words.count >= 5 else { return [] }
        return Set((0...(words.count - 5)).map { words[$0..<$0 + 5].joined(separator: " ") })
    }

    static func jaccard(_ first: Set<String>, _ second: Set<String>) -> Double {
        let union = first.union(second).count
        return union == 0 ? 0 : Double(first.intersection(second).count) / Double(union)
    }
}
