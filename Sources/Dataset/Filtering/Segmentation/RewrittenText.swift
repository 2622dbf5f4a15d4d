import Glibc

/// A text made of lines of another, with the words moved along, so that nothing is cut into words twice.
struct RewrittenText {
    private(set) var bytes: [UInt8] = []
    private(set) var words: [Word] = []
    private var isFirstLine = true

    init(capacity: Int) { bytes.reserveCapacity(capacity) }

    /// Adds a line, after "\n" unless it is the first.
    mutating func append(_ source: UnsafeBufferPointer<UInt8>, _ line: Range<Int>, _ lineWords: ArraySlice<Word>) {
        if !isFirstLine { bytes.append(0x0A) }
        isFirstLine = false
        let distance = bytes.count - line.lowerBound
        bytes += UnsafeBufferPointer(rebasing: source[line])
        for (offset, word) in lineWords.enumerated() {
            var moved = word
            moved.start = UInt32(truncatingIfNeeded: Int(word.start) + distance)
            if offset == 0, words.isEmpty {
                moved.traits.remove(.afterWideSpace)
            } else if offset == 0 {
                moved.traits.insert(.afterWideSpace)
            }
            words.append(moved)
        }
    }

    /// Takes white space off both ends.
    mutating func trim() {
        let kept = bytes.withUnsafeBufferPointer { UTF8Reading.trimming($0, 0..<$0.count) }
        if kept.count == bytes.count { return }
        bytes.removeSubrange(kept.upperBound...)
        bytes.removeSubrange(..<kept.lowerBound)
        for index in words.indices { words[index].start -= UInt32(truncatingIfNeeded: kept.lowerBound) }
    }

    func equals(_ other: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.count == other.count, let theirs = other.baseAddress else { return bytes.isEmpty }
        return bytes.withUnsafeBytes { memcmp($0.baseAddress ?? UnsafeRawPointer(theirs), theirs, other.count) == 0 }
    }

    func segmentation() -> TextSegmentation {
        bytes.withUnsafeBufferPointer { TextSegmentation(bytes: $0, words: words, endsInWideSpace: false) }
    }
}
