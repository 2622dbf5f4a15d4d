import Glibc

/// A text made of lines of another, with the words moved along, so that nothing is cut into words twice.
struct RewrittenText {
    private(set) var bytes: [UInt8] = []
    private var words: [Word] = []

    /// Joins lines by "\n", and takes white space off both ends.
    ///
    /// - Parameters:
    ///   - source: the text of which the lines are, where they have no bytes of their own.
    ///   - words: the words of that text.
    init(_ lines: [KeptLine], of source: UnsafeBufferPointer<UInt8>, words sourceWords: [Word]) {
        bytes.reserveCapacity(source.count)
        words.reserveCapacity(sourceWords.count)
        for (index, line) in lines.enumerated() {
            if index > 0 { bytes.append(0x0A) }
            switch line {
            case .unchanged(let range, let wordRange):
                append(source, range, sourceWords[wordRange])
            case .changed(let lineBytes, let split):
                lineBytes.withUnsafeBufferPointer { append($0, 0..<$0.count, split.words[...]) }
            }
        }
        trim()
    }

    private mutating func append(
        _ source: UnsafeBufferPointer<UInt8>, _ line: Range<Int>, _ lineWords: ArraySlice<Word>
    ) {
        let distance = UInt32(truncatingIfNeeded: bytes.count &- line.lowerBound)
        bytes += UnsafeBufferPointer(rebasing: source[line])
        var isFirst = true
        for word in lineWords {
            var moved = word
            moved.start &+= distance
            // A line feed is wide space; before the first word of all there is nothing.
            if isFirst, words.isEmpty { moved.traits.remove(.afterWideSpace) }
            if isFirst, !words.isEmpty { moved.traits.insert(.afterWideSpace) }
            isFirst = false
            words.append(moved)
        }
    }

    private mutating func trim() {
        let kept = bytes.withUnsafeBufferPointer { UTF8Reading.trimming($0, 0..<$0.count) }
        if kept.count == bytes.count { return }
        bytes.removeSubrange(kept.upperBound...)
        bytes.removeSubrange(..<kept.lowerBound)
        for index in words.indices { words[index].start &-= UInt32(truncatingIfNeeded: kept.lowerBound) }
    }

    func equals(_ other: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.count == other.count, let theirs = other.baseAddress else { return bytes.count == other.count }
        return bytes.withUnsafeBytes { mine in
            mine.baseAddress.map { memcmp($0, theirs, other.count) == 0 } ?? true
        }
    }

    func segmentation() -> TextSegmentation {
        bytes.withUnsafeBufferPointer {
            TextSegmentation(
                bytes: $0, split: SplitText(words: words, endsInWideSpace: false, mayHaveRareBreaks: true))
        }
    }
}

/// A line of a text that is kept.
enum KeptLine {
    /// Byte range and word range in the text.
    case unchanged(Range<Int>, Range<Int>)
    /// Other bytes with their words.
    case changed([UInt8], SplitText)
}
