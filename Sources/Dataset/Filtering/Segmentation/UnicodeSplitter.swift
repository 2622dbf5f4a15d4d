import CICU

/// Cuts a text into words at Unicode's word boundaries (UAX #29), with ICU's dictionaries where no spaces are written
/// (Chinese, Japanese, Thai, Lao, Khmer, Burmese). Marks are words of their own, white space is in none.
enum UnicodeSplitter {
    static func split(_ bytes: UnsafeBufferPointer<UInt8>) -> SplitText {
        WordBreaks.withIterator { breaks in
            guard let breaks, leat_icu_breaks_set_text(breaks, bytes.baseAddress, bytes.count) == 0 else {
                // Without memory for ICU, English rules still cut at white space and marks.
                return WordRules.english.words(bytes)
            }
            return collect(bytes, breaks)
        }
    }

    private static func collect(
        _ bytes: UnsafeBufferPointer<UInt8>, _ breaks: OpaquePointer
    ) -> SplitText {
        var words: [Word] = []
        words.reserveCapacity(bytes.count / 5 + 8)
        var start = 0
        var lastEnd = 0
        withUnsafeTemporaryAllocation(of: Int64.self, capacity: 256) { offsets in
            while true {
                let count = leat_icu_breaks_fill(breaks, offsets.baseAddress, nil, offsets.count)
                if count == 0 { break }
                for offset in offsets.prefix(count) {
                    let end = min(Int(offset), bytes.count)
                    if end > start { append(&words, bytes, start..<end, &lastEnd) }
                    start = max(start, end)
                }
            }
        }
        return SplitText(
            words: words, endsInWideSpace: isWide(bytes, lastEnd..<bytes.count), mayHaveRareBreaks: true)
    }

    /// Adds what is between two boundaries, unless it is white space.
    private static func append(
        _ words: inout [Word], _ bytes: UnsafeBufferPointer<UInt8>, _ piece: Range<Int>, _ lastEnd: inout Int
    ) {
        let range = UTF8Reading.trimming(bytes, piece)
        if range.isEmpty { return }
        var traits: WordTraits = []
        if words.isEmpty || range.lowerBound > lastEnd { traits.insert(.startsRun) }
        if isWide(bytes, lastEnd..<range.lowerBound) { traits.insert(.afterWideSpace) }
        words.append(WordMaking.word(bytes, range, keeping: traits))
        lastEnd = range.upperBound
    }

    /// White space other than one blank after a word.
    private static func isWide(_ bytes: UnsafeBufferPointer<UInt8>, _ space: Range<Int>) -> Bool {
        if space.isEmpty { return false }
        return space.count > 1 || space.lowerBound == 0 || bytes[space.lowerBound] != 0x20
    }
}
