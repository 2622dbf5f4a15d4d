import CICU
import Testing

/// The C face on ICU that other targets use as well.
@Suite("ICU: normal form, boundaries, properties")
struct UnicodeFaceTests {
    private func nfc(_ text: String) -> (code: Int64, text: String) {
        let bytes = Array(text.utf8)
        var output = [UInt8](repeating: 0, count: bytes.count * 3 + 16)
        let length = leat_icu_nfc(bytes, bytes.count, &output, output.count)
        return (length, length < 0 ? text : String(decoding: output[..<Int(length)], as: UTF8.self))
    }

    @Test func normalTextIsRecognised() {
        for text in ["", "plain", "é ß ñ", "Привет", "水と한글", "😀"] { #expect(nfc(text).code == LEAT_ICU_ALREADY_NORMAL) }
    }

    @Test func decomposedTextIsComposed() {
        #expect(Array(nfc("e\u{301}").text.unicodeScalars) == ["\u{E9}"])
        #expect(Array(nfc("a\u{323}\u{302}").text.unicodeScalars) == ["\u{1EAD}"])
        #expect(Array(nfc("\u{1112}\u{1161}\u{11AB}").text.unicodeScalars) == ["\u{D55C}"])
        #expect(Array(nfc("\u{212B}").text.unicodeScalars) == ["\u{C5}"])
        let long = String(repeating: "plain text before the combining mark ", count: 10) + "e\u{301}"
        #expect(nfc(long).text.unicodeScalars.last == "\u{E9}")
    }

    @Test func tooLittleRoomIsReported() {
        let bytes = Array("e\u{301}e\u{301}".utf8)
        var output = [UInt8](repeating: 0, count: 3)
        #expect(leat_icu_nfc(bytes, bytes.count, &output, 3) == 4)
    }

    private func pieces(_ text: String, kind: Int, locale: String) -> [(String, Int32)] {
        guard let breaks = leat_icu_breaks_open(Int32(kind), locale) else { return [] }
        defer { leat_icu_breaks_close(breaks) }
        let bytes = Array(text.utf8)
        return bytes.withUnsafeBufferPointer { buffer in
            guard leat_icu_breaks_set_text(breaks, buffer.baseAddress, buffer.count) == 0 else { return [] }
            var found: [(String, Int32)] = []
            var start = 0
            var status: Int32 = 0
            while case let end = leat_icu_breaks_next(breaks, &status), end >= 0 {
                found.append((String(decoding: bytes[start..<Int(end)], as: UTF8.self), status))
                start = Int(end)
            }
            return found
        }
    }

    @Test func words() {
        let found = pieces("Two wörds, 42!", kind: LEAT_ICU_WORDS, locale: "en")
        #expect(found.map(\.0) == ["Two", " ", "wörds", ",", " ", "42", "!"])
        #expect(found.map { Int($0.1) / 100 } == [2, 0, 2, 0, 0, 1, 0])
        #expect(pieces("ห้องสมุดเปิดวันอาทิตย์", kind: LEAT_ICU_WORDS, locale: "th").count >= 3)
        #expect(pieces("", kind: LEAT_ICU_WORDS, locale: "").isEmpty)
    }

    @Test func sentences() {
        #expect(pieces("One here. And two! Three?", kind: LEAT_ICU_SENTENCES, locale: "en").map(\.0) == ["One here. ", "And two! ", "Three?"])
    }

    @Test func boundariesInBatches() throws {
        let breaks = try #require(leat_icu_breaks_open(Int32(LEAT_ICU_WORDS), ""))
        defer { leat_icu_breaks_close(breaks) }
        let bytes = Array("a b c d e".utf8)
        bytes.withUnsafeBufferPointer { buffer in
            #expect(leat_icu_breaks_set_text(breaks, buffer.baseAddress, buffer.count) == 0)
            var all: [Int64] = []
            var offsets = [Int64](repeating: 0, count: 4)
            while case let count = leat_icu_breaks_fill(breaks, &offsets, nil, 4), count > 0 { all += offsets[..<count] }
            #expect(all == Array(1...9))
        }
    }

    @Test func properties() {
        #expect(leat_icu_has_property(0x61, Int32(LEAT_ICU_ALPHABETIC)))
        #expect(!leat_icu_has_property(0x31, Int32(LEAT_ICU_ALPHABETIC)))
        #expect(leat_icu_has_property(0x3000, Int32(LEAT_ICU_WHITE_SPACE)))
        #expect(leat_icu_has_property(0x6C34, Int32(LEAT_ICU_IDEOGRAPHIC)))
        #expect(!leat_icu_has_property(0x61, 99))
        #expect(!leat_icu_has_property(0xFFFF_FFFF, Int32(LEAT_ICU_ALPHABETIC)))
        #expect(leat_icu_general_category(0x41) == 1 && leat_icu_general_category(0x39) == 9)
        #expect(leat_icu_lower(0x416) == 0x436 && leat_icu_fold(0x41) == 0x61)
        #expect(leat_icu_script_name(leat_icu_script(0x416)).map { String(cString: $0) } == "Cyrl")
    }
}
