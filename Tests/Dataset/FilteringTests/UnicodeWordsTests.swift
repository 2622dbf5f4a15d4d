import Testing

@testable import Filtering

@Suite("Words of other languages, at Unicode's boundaries")
struct UnicodeWordsTests {
    @Test("Languages with spaces, and without", arguments: [
        ("Der Hund, der bellt.", ["Der", "Hund", ",", "der", "bellt", "."]),
        ("Что это?", ["Что", "это", "?"]),
        ("我是学生。", ["我是", "学生", "。"]),
        ("", []), (" \n ", []),
    ])
    func cut(text: String, expected: [String]) {
        #expect(words(text, .unicode) == expected)
    }

    @Test("Every scalar but white space is in exactly one word")
    func complete() {
        let text = "ภาษาไทยไม่มีช่องว่าง 日本語のテキスト、mixed  text\u{301} 👩‍👩‍👧 ok"
        let joined = words(text, .unicode).joined()
        #expect(joined == String(text.unicodeScalars.filter { !$0.properties.isWhitespace }.map(Character.init)))
    }

    @Test("The rules follow the language")
    func rules() {
        #expect(WordRules(language: "en") == .english)
        #expect(WordRules(language: "") == .english)
        #expect(WordRules(language: "cmn_Hani") == .unicode)
        #expect(LanguageCode.canonical("zh-TW") == "cmn")
        #expect(LanguageCode.canonical("xyz_Latn") == "xyz")
    }

    @Test("Many threads cut at once")
    func threads() async {
        let expected = words("我是学生。", .unicode)
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask { (0..<50).allSatisfy { _ in words("我是学生。", .unicode) == expected } }
            }
            for await isSame in group { #expect(isSame) }
        }
    }
}
