@testable import Extraction
import Testing

@Suite("Bytes to text")
struct CharacterDecoderTests {
    private let decoder = CharacterDecoder()

    private func check(
        _ bytes: [UInt8], _ contentType: String? = nil, is string: String, _ charset: Charset,
        _ evidence: DecodedText.Evidence, replacements: Int = 0, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let text = decoder.decode(bytes, contentType: contentType)
        #expect(text.string == string, sourceLocation: sourceLocation)
        #expect(text.charset == charset, sourceLocation: sourceLocation)
        #expect(text.evidence == evidence, sourceLocation: sourceLocation)
        #expect(text.replacements == replacements, sourceLocation: sourceLocation)
        #expect(decoder.decode(bytes.span, contentType: contentType) == text, sourceLocation: sourceLocation)
    }

    @Test func emptyInput() {
        check([], is: "", .utf8, .strictUTF8)
        check([], "text/html; charset=utf-16", is: "", .utf8, .strictUTF8)
    }

    @Test func byteOrderMarks() {
        check([0xEF, 0xBB, 0xBF, 0x61, 0xC3, 0xA9], "koi8-r", is: "aé", .utf8, .byteOrderMark)
        check([0xEF, 0xBB, 0xBF], is: "", .utf8, .byteOrderMark)
        check([0xEF, 0xBB, 0xBF, 0x61, 0xE9, 0x62], is: "a\u{FFFD}b", .utf8, .byteOrderMark, replacements: 1)
        check([0xFF, 0xFE, 0x61, 0, 0xE9, 0], "utf-8", is: "aé", .utf16le, .byteOrderMark)
        check([0xFE, 0xFF, 0, 0x61, 0xD8, 0x3D, 0xDE, 0x00], is: "a😀", .utf16be, .byteOrderMark)
        check([0xFF, 0xFE, 0, 0, 0x61, 0, 0, 0, 0, 0xF6, 0x01, 0], is: "a😀", .utf32le, .byteOrderMark)
        check([0, 0, 0xFE, 0xFF, 0, 0, 0, 0x61], is: "a", .utf32be, .byteOrderMark)
        check([0xFF, 0xFE], is: "", .utf16le, .byteOrderMark)
    }

    @Test func loneSurrogatesAndCutUnits() {
        check([0xFE, 0xFF, 0xD8, 0x3D, 0, 0x61], is: "\u{FFFD}a", .utf16be, .byteOrderMark, replacements: 1)
        check([0xFE, 0xFF, 0xDE, 0x00, 0, 0x61], is: "\u{FFFD}a", .utf16be, .byteOrderMark, replacements: 1)
        check([0xFE, 0xFF, 0, 0x61, 0xD8, 0x3D], is: "a\u{FFFD}", .utf16be, .byteOrderMark, replacements: 1)
        check([0xFE, 0xFF, 0, 0x61, 0], is: "a\u{FFFD}", .utf16be, .byteOrderMark, replacements: 1)
        check([0xFE, 0xFF, 0, 0, 0, 0x61], is: "\u{FFFD}a", .utf16be, .byteOrderMark, replacements: 1)
        check([0, 0, 0xFE, 0xFF, 0, 0x11, 0, 0, 0, 0, 0xD8, 0, 1], is: "\u{FFFD}\u{FFFD}\u{FFFD}", .utf32be, .byteOrderMark, replacements: 3)
    }

    @Test func utf16WithoutMark() {
        let page = Array("<html><p>Привет, мир".utf16)
        check(page.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }, is: "<html><p>Привет, мир", .utf16le, .detected)
        check(page.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }, is: "<html><p>Привет, мир", .utf16be, .detected)
    }

    @Test func wellFormedUTF8WinsOverDeclarations() {
        check(Array("<meta charset=koi8-r>é水😀".utf8), "text/html; charset=big5", is: "<meta charset=koi8-r>é水😀", .utf8, .strictUTF8)
        check(Array("plain ascii of some length".utf8), "koi8-r", is: "plain ascii of some length", .utf8, .strictUTF8)
    }

    @Test func nullsBecomeReplacements() {
        check([0x61, 0, 0x62], is: "a\u{FFFD}b", .utf8, .strictUTF8, replacements: 1)
        check(Array("twelve bytes".utf8) + [0, 0] + Array("é and more".utf8), is: "twelve bytes\u{FFFD}\u{FFFD}é and more", .utf8, .strictUTF8, replacements: 2)
        check([0xE9, 0, 0x62], "latin1", is: "é\u{FFFD}b", .windows1252, .fallback, replacements: 1)
    }

    /// Unicode 15, section 3.9, tables 3-8 to 3-11: U+FFFD for each maximal subpart.
    @Test(arguments: [
        ([0x61, 0xC0, 0xAF, 0x62], "a\u{FFFD}\u{FFFD}b"), ([0xE0, 0x9F, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}"),
        ([0xED, 0xA0, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}"), ([0xF4, 0x91, 0x92, 0x93], "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"),
        ([0xE1, 0x80, 0xE2, 0xF0, 0x91, 0x92, 0xF1, 0xBF, 0x41], "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}A"),
        ([0xFF, 0x41], "\u{FFFD}A"), ([0xF5, 0x80, 0x41], "\u{FFFD}\u{FFFD}A"),
    ] as [([UInt8], String)])
    func malformedUTF8(bytes: [UInt8], expected: String) {
        let scan = bytes.withUnsafeBytes { UTF8Scanner.scan($0) }
        var repaired: [UInt8] = []
        let count = bytes.withUnsafeBytes { UTF8Scanner.appendRepaired($0, to: &repaired) }
        #expect(String(decoding: repaired, as: UTF8.self) == expected)
        #expect(scan.malformed == count)
        #expect(expected.unicodeScalars.filter { $0 == "\u{FFFD}" }.count == count)
    }

    @Test func utf8CutInsideACharacter() {
        let text = Array("Ein schöner Tag, 水".utf8)
        check(Array(text.dropLast()), is: "Ein schöner Tag, \u{FFFD}", .utf8, .strictUTF8, replacements: 1)
        check(Array(text.dropLast(2)), is: "Ein schöner Tag, \u{FFFD}", .utf8, .strictUTF8, replacements: 1)
    }

    @Test func damagedUTF8StaysUTF8() {
        let good = String(repeating: "Заголовок ", count: 3)
        let bytes = Array(good.utf8) + [0xE9] + Array(good.utf8)
        check(bytes, is: good + "\u{FFFD}" + good, .utf8, .detected, replacements: 1)
        check(bytes, "utf-8", is: good + "\u{FFFD}" + good, .utf8, .declaredInHTTP, replacements: 1)
    }

    @Test func declaredCharsetThatFits() {
        let russian: [UInt8] = [0xCF, 0xF0, 0xE8, 0xE2, 0xE5, 0xF2]
        check(russian, "text/html; charset=windows-1251", is: "Привет", .windows1251, .declaredInHTTP)
        let page = Array("<meta charset=windows-1251>".utf8) + russian
        check(page, is: "<meta charset=windows-1251>Привет", .windows1251, .declaredInMeta)
        check([0x63, 0x61, 0x66, 0xE9, 0x93], "iso-8859-1", is: "café“", .windows1252, .declaredInHTTP)
        check([0x80, 0x20, 0xB0, 0xA1], "gb2312", is: "€ 啊", .gbk, .declaredInHTTP)
        check([0x88, 0x62, 0x87, 0xA4], "big5", is: "\u{CA}\u{304}\u{9F97}", .big5, .declaredInHTTP)
    }

    @Test func serversDefaultGivesWayToTheDocument() {
        let page = Array("<meta charset=windows-1251>".utf8) + [0xCF, 0xF0, 0xE8, 0xE2, 0xE5, 0xF2, 0x20, 0xEC, 0xE8, 0xF0, 0xF3]
        check(page, "text/html; charset=ISO-8859-1", is: "<meta charset=windows-1251>Привет миру", .windows1251, .declaredInMeta)
    }

    @Test func multiByteTextCutInsideACharacter() {
        let japanese: [UInt8] = [0x93, 0xFA, 0x96, 0x7B, 0x8C, 0xEA, 0x82, 0xCC, 0x83, 0x79, 0x81, 0x5B, 0x83]
        check(japanese, "shift_jis", is: "日本語のペー\u{FFFD}", .shiftJIS, .declaredInHTTP, replacements: 1)
        check([0xB0, 0xA1, 0xB0, 0xA1, 0xB0], "gbk", is: "啊啊\u{FFFD}", .gbk, .declaredInHTTP, replacements: 1)
    }

    @Test func markupAfterABrokenCharacterSurvives() {
        let text = decoder.decode([0xB0, 0xA1, 0x88, 0x3C, 0x70, 0x3E, 0xB0, 0xA1], contentType: "euc-kr")
        #expect(text.string.contains("<p>"))
    }

    @Test func iso2022() {
        let japanese: [UInt8] = [0x1B, 0x24, 0x42, 0x46, 0x7C, 0x4B, 0x5C, 0x1B, 0x28, 0x42, 0x21]
        check(japanese, "utf-8", is: "日本!", .iso2022JP, .iso2022Escape)
        let korean: [UInt8] = [0x1B, 0x24, 0x29, 0x43, 0x0E, 0x47, 0x51, 0x31, 0x5B, 0x0F, 0x21]
        check(korean, is: "한글!", .iso2022KR, .iso2022Escape)
        // A terminal's escape is none of them.
        check([0x1B, 0x5B, 0x31, 0x6D, 0x61], is: "\u{1B}[1ma", .utf8, .strictUTF8)
    }

    @Test func textWithoutDeclarationIsDetected() {
        let greek = Array("<p>".utf8) + "Η βιβλιοθήκη της πόλης θα ανοίξει την Κυριακή".unicodeScalars.map { scalar -> UInt8 in
            scalar.value < 0x80 ? UInt8(scalar.value) : UInt8(scalar.value - 0x370 + 0xA0)
        }
        let text = decoder.decode(greek)
        #expect(text.evidence == .detected)
        #expect(text.string.contains("βιβλιοθ"))
    }

    @Test func detectionLooksBehindLongASCII() {
        var page = Array(String(repeating: "<div class=x>menu</div>\n", count: 20_000).utf8)
        let russian: [UInt8] = [0xCF, 0xF0, 0xE8, 0xE2, 0xE5, 0xF2, 0x20, 0xEC, 0xE8, 0xF0, 0xF3, 0x20, 0xE8, 0x20, 0xE2, 0xF1, 0xE5, 0xEC, 0x20, 0xEB, 0xFE, 0xE4, 0xFF, 0xEC, 0x20]
        for _ in 0..<20 { page += russian }
        let text = decoder.decode(page)
        #expect(text.charset == .windows1251)
        #expect(text.string.hasSuffix("Привет миру и всем людям "))
    }

    @Test func binaryInputHasAReading() {
        var random = SeededRandom(seed: 1)
        let bytes = (0..<100_000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        let text = decoder.decode(bytes, contentType: "text/html; charset=utf-8")
        #expect(String(validating: text.utf8, as: UTF8.self) != nil)
        #expect(text.replacements > 0)
    }

    @Test func tenMegabytesInBoundedTime() {
        let part = Array("<p>Straße und Ärger, ".utf8)
        var utf8: [UInt8] = []
        while utf8.count < 10 << 20 { utf8 += part }
        let latin = utf8.filter { $0 != 0xC3 }
        let clock = ContinuousClock()
        let spent = clock.measure {
            #expect(decoder.decode(utf8).replacements == 0)
            #expect(decoder.decode(latin, contentType: "windows-1252").utf8.count > latin.count)
            #expect(decoder.decode(latin, contentType: "shift_jis").utf8.count > latin.count / 2)
        }
        #expect(spent < .seconds(40))
    }
}
