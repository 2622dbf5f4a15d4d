/// Lines of a page's counters: “3 likes”, “(1.2K views)”, “· 12,000 followers”.
enum CounterLine {
    private static let nouns: Set<String> = [
        "like", "likes", "share", "shares", "comment", "comments", "retweet", "retweets", "repost", "reposts", "quote",
        "quotes", "bookmark", "bookmarks", "upvote", "upvotes", "downvote", "downvotes", "download", "downloads", "view",
        "views", "follower", "followers", "reply", "replies",
    ]

    static func matches(_ bytes: UnsafeBufferPointer<UInt8>, _ line: Range<Int>) -> Bool {
        // No counter is longer; a long line need not be read.
        guard line.count <= 64, !hasForeignLetter(bytes, line) else { return false }
        let words = bytes[line].map { $0 &- 65 < 26 ? $0 | 32 : $0 }.split { !isPart($0) }
        guard words.count == 2, let first = words[0].first, first &- 48 < 10 else { return false }
        let isNumber = words[0].dropLast().allSatisfy { $0 &- 48 < 10 || $0 == 0x2C || $0 == 0x2E }
        guard isNumber, let last = words[0].last, last &- 48 < 10 || "kmb".utf8.contains(last) else { return false }
        return nouns.contains(String(decoding: words[1], as: UTF8.self))
    }

    /// Whether there is a letter outside ASCII: then it is no English counter. Other signs there part words.
    private static func hasForeignLetter(_ bytes: UnsafeBufferPointer<UInt8>, _ line: Range<Int>) -> Bool {
        var index = line.lowerBound
        while index < line.upperBound {
            let scalar = UTF8Reading.scalar(bytes, at: index)
            let classes = CharacterTable.shared.classes(of: scalar.value)
            if scalar.value >= 0x80, classes.contains(.wordCharacter) { return true }
            index += scalar.byteCount
        }
        return false
    }

    /// Letters, digits, and the marks inside numbers.
    private static func isPart(_ byte: UInt8) -> Bool {
        byte &- 97 < 26 || byte &- 48 < 10 || byte == 0x2C || byte == 0x2E
    }
}
