import Testing

@testable import Filtering

@Suite("Words of English texts, as spaCy's rules cut them")
struct EnglishWordsTests {
    @Test("Plain words, marks and exceptions", arguments: [
        ("Hello, world!", ["Hello", ",", "world", "!"]),
        ("I can't; don't you?", ["I", "ca", "n't", ";", "do", "n't", "you", "?"]),
        ("Mr. Smith's dog (e.g. Rex).", ["Mr.", "Smith", "'s", "dog", "(", "e.g.", "Rex", ")", "."]),
        ("“It’s,” he said…", ["“", "It", "’s", ",", "”", "he", "said", "…"]),
        ("well-known and/or new", ["well", "-", "known", "and/or", "new"]),
        ("10km 5°C. US$5 C$4 +5 +x", ["10", "km", "5", "°", "C", ".", "US$", "5", "C$", "4", "+5", "+", "x"]),
        ("a.b.C x.Y hello.World", ["a.b", ".", "C", "x.", "Y", "hello", ".", "World"]),
        ("wait...what ....", ["wait", "...", "what", "...."]),
        ("a--b 3-4 x*y 3*4", ["a", "--", "b", "3", "-", "4", "x*y", "3", "*", "4"]),
        ("so:) :-( ((text))", ["so", ":)", ":-(", "(", "(", "text", ")", ")"]),
        ("50$ 50% $50", ["50", "$", "50", "%", "$", "50"]),
        ("U.S. USA. etc.", ["U.S.", "USA", ".", "etc", "."]),
        ("", []), ("   \n\t ", []), ("'", ["'"]), ("10a.m.", ["10", "a.m."]),
    ])
    func cut(text: String, expected: [String]) {
        #expect(words(text) == expected)
    }

    @Test("Addresses stay whole", arguments: [
        "https://example.com/a-b?c=d", "www.example.com", "user:pw@host.example.org:8080/x", "1.2.3.4:80",
        "sub_domain.example.co/x", "http://münchen.de",
    ])
    func addresses(address: String) {
        #expect(words(address) == [address])
        #expect(words("see (\(address)), there") == ["see", "(", address, ")", ",", "there"])
    }

    @Test("What only looks like an address is cut", arguments: [
        ("10.0.0.1=a", ["10.0.0.1", "=", "a"]), ("a-b.c", ["a", "-", "b.c"]), ("x.Com/a-b", ["x.", "Com", "/", "a", "-", "b"]),
        ("-example.com/a-b", ["-example.com", "/", "a", "-", "b"]),
    ])
    func noAddresses(text: String, expected: [String]) {
        #expect(words(text) == expected)
    }

    @Test("Sentences end at marks that are words of their own", arguments: [
        ("", 0), ("One", 1), ("One. Two.", 2), ("One... two", 1), ("Wait!? Now.", 2), ("He said “no.” Then.", 2),
        ("Mr. Smith, etc. and more", 2), ("A.  b", 1), ("ab?  ", 2), (" ", 1),
    ])
    func sentences(text: String, expected: Int) {
        #expect(TextSegmentation(text).sentenceCount == expected)
    }

    @Test("Traits and lengths count scalars")
    func traits() {
        let found = TextSegmentation("na\u{EF}ve 42 … e\u{301}").words
        #expect(found.map(\.scalarCount) == [5, 2, 1, 2])
        #expect(found.map { $0.traits.contains(.alphabetic) } == [true, false, false, true])
        #expect(found.map { $0.traits.contains(.nonSymbol) } == [true, true, false, true])
        #expect(found.map { $0.traits.contains(.startsRun) } == [true, true, true, true])
    }

    @Test("Lines and paragraphs are cut in each filter's way")
    func lines() {
        let text = TextSegmentation("\n\na\r\nb\u{2028}c\n\n d \n")
        #expect(text.lines.count == 7)
        #expect(text.universalLines.count == 7)
        #expect(text.paragraphs.count == 2)
        #expect(text.scalarCount == 14)
        #expect(TextSegmentation("").lines.count == 1)
        #expect(TextSegmentation("").universalLines.isEmpty)
        #expect(TextSegmentation("").paragraphs.count == 1)
        #expect(TextSegmentation("a\u{85}b\u{0B}c\r\rd\u{1C}").universalLines.count == 5)
    }
}
