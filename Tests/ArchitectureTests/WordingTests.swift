import Testing

/// What may not stand in the sources, and where a reason has to stand beside it.
@Suite("Wording")
struct WordingTests {
    /// What ends a process on bad input, and what is unfinished.
    private static let forbidden: [(text: String, fix: String)] = [
        ("try!", "throw, or prove it with `guard … else { preconditionFailure(reason) }`"),
        ("fatalError(", "throw an error that names the input"),
        ("as!", "use `as?` and say what happens otherwise"),
    ]
    // In pieces, so that this file does not hold them.
    private static let unfinished = ["TO" + "DO", "FIX" + "ME", "XX" + "X"]

    @Test("No forced tries or casts, no fatalError")
    func forced() {
        forEachLine { path, line, code, _, _ in
            for word in Self.forbidden where Self.holds(code, word.text) {
                Issue.record("\(path):\(line): \(word.text): \(word.fix)")
            }
        }
    }

    @Test("Nothing is left for later in a comment")
    func leftForLater() {
        forEachLine { path, line, _, comment, _ in
            for word in Self.unfinished where Self.holds(comment, word) {
                Issue.record("\(path):\(line): \(word): do it, or say what is not supported and why")
            }
        }
    }

    @Test("@unchecked Sendable has its proof beside it")
    func uncheckedSendable() {
        forEachLine { path, line, code, comment, before in
            if Self.holds(code, "@unchecked Sendable"), comment.isEmpty, before.isEmpty {
                Issue.record("\(path):\(line): @unchecked Sendable: say in a comment on this line or above it why it is safe")
            }
        }
    }

    /// Whether `text` holds `word`, and not as a part of a longer one: `as!` is no part of `alias!`.
    private static func holds(_ text: String, _ word: String) -> Bool {
        let text = Array(text.utf8), word = Array(word.utf8)
        guard text.count >= word.count else { return false }
        return (0...text.count - word.count).contains { start in
            guard text[start] == word[0], text[start..<start + word.count].elementsEqual(word) else { return false }
            let before = start > 0 ? text[start - 1] : 32
            let after = start + word.count < text.count ? text[start + word.count] : 32
            func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) || byte == 95 }
            return !(isLetter(word[0]) && isLetter(before)) && !(isLetter(word[word.count - 1]) && isLetter(after))
        }
    }

    /// Calls `body` with path, line, the line's code, its comment, and the comments of the three lines above.
    private func forEachLine(_ body: (String, Int, String, String, String) -> Void) {
        for (path, text, _) in SourceFile.swift(under: "Sources") {
            let code = SwiftText.lines(text.code)
            let comments = SwiftText.lines(text.comments).map { $0.split(separator: " ").joined(separator: " ") }
            for index in code.indices {
                body(path, index + 1, code[index], comments[index], comments[max(0, index - 3)..<index].joined())
            }
        }
    }
}
