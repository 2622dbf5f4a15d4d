/// The vocabulary of a byte-level BPE in JSON, and its merges.
struct ByteLevelTokens {
    private var builder = TokenTableBuilder()

    /// Reads the object of token to id at the scanner. A token with characters outside the alphabet can be decoded, but no text is cut into it.
    mutating func readVocabulary(_ scanner: inout JSONScanner) throws(JSONScanner.Refusal) {
        var text: [UInt8] = []
        var token: [UInt8] = []
        var isFirst = true
        try scanner.expect(UInt8(ascii: "{"))
        while try scanner.nextElement(until: UInt8(ascii: "}"), isFirst: &isFirst) {
            try scanner.readString(into: &text)
            try scanner.expect(UInt8(ascii: ":"))
            let identifier = try scanner.readInteger()
            let isInAlphabet = ByteLevelAlphabet.decode(text, 0..<text.count, into: &token)
            do throws(TokenTableBuilder.Refusal) {
                if isInAlphabet {
                    try builder.add(token.span, identifier: identifier)
                } else {
                    try builder.add(text.span, identifier: identifier, hidden: true)
                }
            } catch {
                throw .unexpected(error.rawValue)
            }
        }
    }

    consuming func freeze(_ file: VocabularyFile) throws(TokenizerError) -> TokenTable {
        do throws(TokenTableBuilder.Refusal) {
            return try builder.freeze()
        } catch {
            throw file.refused(error, at: 0)
        }
    }
}

/// Merges in order of rank, resolved to ids as they are read.
struct MergeList {
    /// More than ten times the largest public list.
    static let limit = 1 << 22

    let table: TokenTable
    private var merges: [(left: UInt32, right: UInt32, merge: Merge)] = []
    private var left: [UInt8] = []
    private var right: [UInt8] = []

    init(table: TokenTable) {
        self.table = table
        merges.reserveCapacity(table.identifierLimit)
    }

    var rule: MergeRule { .pairs(PairTable(merges)) }

    /// Adds the merge "left right" in `text[range]`; false where it is none, or its tokens are not in the vocabulary.
    mutating func add(_ text: [UInt8], _ range: Range<Int>) -> Bool {
        guard let blank = text[range].firstIndex(of: 0x20) else { return false }
        return add(text, range.lowerBound..<blank, text, (blank + 1)..<range.upperBound)
    }

    mutating func add(_ leftText: [UInt8], _ leftRange: Range<Int>, _ rightText: [UInt8], _ rightRange: Range<Int>)
        -> Bool
    {
        guard merges.count < Self.limit,
            ByteLevelAlphabet.decode(leftText, leftRange, into: &left),
            ByteLevelAlphabet.decode(rightText, rightRange, into: &right)
        else { return false }
        let leftIdentifier = identifier(left)
        let rightIdentifier = identifier(right)
        left.append(contentsOf: right)
        let both = identifier(left)
        guard leftIdentifier != TokenTable.absent, rightIdentifier != TokenTable.absent, both != TokenTable.absent
        else {
            return false
        }
        merges.append((leftIdentifier, rightIdentifier, Merge(rank: UInt32(merges.count), identifier: both)))
        return true
    }

    private func identifier(_ token: [UInt8]) -> UInt32 {
        token.withUnsafeBufferPointer { token in
            guard let base = token.baseAddress else { return TokenTable.absent }
            return table.identifier(of: base, count: token.count, readable: token.count)
        }
    }
}
