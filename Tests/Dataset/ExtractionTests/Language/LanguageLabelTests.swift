@testable import Extraction
import Testing

@Suite("Labels of language models")
struct LanguageLabelTests {
    @Test(arguments: [
        ("__label__en", "en", nil), ("__label__eng_Latn", "eng", "Latn"), ("__label__zh", "zh", nil),
        ("__label__cmn_Hani", "cmn", "Hani"), ("srp_Cyrl", "srp", "Cyrl"), ("__label__als", "als", nil),
        ("__label__zh-min-nan", "zh-min-nan", nil), ("__label__x_y", "x_y", nil), ("__label__", "", nil),
        ("__label___Latn", "_Latn", nil), ("__label__abc_1234", "abc_1234", nil),
    ] as [(String, String, String?)])
    func labelHasCodeAndScript(label: String, code: String, script: String?) {
        let parsed = LanguageLabel(label)
        #expect(parsed.code == code)
        #expect(parsed.script == script)
    }
}

@Suite("Scripts of texts")
struct ScriptCounterTests {
    @Test(arguments: [
        ("abc", "Latn"), ("абв abc абв", "Cyrl"), ("漢字かな交じり文", "Jpan"), ("カタカナ", "Jpan"), ("汉字", "Hani"),
        ("한글", "Kore"), ("大韓民國은 民主共和國이다", "Hani"), ("대한민국은 民主共和國이다", "Kore"), ("ქართული", "Geor"),
        ("中文の店，汉字很多很多很多很多", "Hani"), ("한국어 and some English words here", "Latn"), ("12 - 3", "Zyyy"), ("", "Zyyy"),
    ])
    func dominantScript(text: String, script: String) {
        var counter = ScriptCounter()
        Array(text.utf8).withUnsafeBufferPointer { counter.count($0) }
        #expect(counter.dominant == script)
        #expect(counter.isEmpty == (script == "Zyyy"))
    }

    @Test func malformedBytesAreSafe() {
        var random = SeededRandom(seed: 5)
        for _ in 0..<1000 {
            var counter = ScriptCounter()
            let bytes = (0..<Int(random.next() % 30)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            bytes.withUnsafeBufferPointer { counter.count($0) }
            #expect(counter.dominant.utf8.count == 4)
        }
    }
}
