/// Counts over the words of a text, in one pass.
struct WordFigures {
    private(set) var nonSymbol = 0
    private(set) var nonSymbolScalars = 0
    private(set) var alphabetic = 0
    /// How many different stop words occur.
    private(set) var stopWords = 0

    init(_ words: [Word], _ wanted: StopWords) {
        var isSeen = [Bool](repeating: false, count: wanted.count)
        for word in words {
            if word.traits.contains(.nonSymbol) {
                nonSymbol += 1
                nonSymbolScalars += Int(word.scalarCount)
            }
            if word.traits.contains(.alphabetic) { alphabetic += 1 }
            if stopWords < wanted.count, let index = wanted.index(of: word), !isSeen[index] {
                isSeen[index] = true
                stopWords += 1
            }
        }
    }
}
