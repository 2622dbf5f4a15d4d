@testable import Extraction
import Testing

@Suite("Declared charsets")
struct CharsetDeclarationTests {
    private func inDocument(_ text: String, isHTML: Bool = true) -> Charset? {
        Array(text.utf8).withUnsafeBytes { CharsetDeclaration.inDocument($0, isHTML: isHTML) }
    }

    @Test(arguments: [
        ("<meta charset=koi8-r>", Charset.koi8r),
        ("<META CHARSET='KOI8-R'>", .koi8r),
        ("<meta charset = \" koi8-r \" />", .koi8r),
        ("<meta/charset=koi8-r/>", nil),  // an unquoted value runs to the space: "koi8-r/" is no label
        ("<meta/charset='koi8-r'/>", .koi8r),
        ("<meta charset>", nil),
        ("<meta charset=>", nil),
        ("<meta charset=\"koi8-r", nil),  // the tag never ends
        ("<metacharset=koi8-r>", nil),
        ("<meta name=a content='text/html; charset=koi8-r'>", nil),  // no http-equiv
        ("<meta http-equiv=content-type content='text/html; charset=koi8-r'>", .koi8r),
        ("<meta content='text/html; charset=koi8-r' http-equiv='Content-Type'>", .koi8r),
        ("<meta http-equiv=refresh content='text/html; charset=koi8-r'>", nil),
        ("<meta http-equiv=content-type content='text/html; charset = \"koi8-r\"'>", .koi8r),
        ("<meta http-equiv=content-type content='charsetx charset=koi8-r;x'>", .koi8r),
        ("<meta http-equiv=content-type content='text/html; charset=\"koi8-r'>", nil),  // quote without its other
        ("<meta charset=nonsense><meta charset=koi8-r>", .koi8r),
        ("<meta charset=koi8-r charset=big5>", .koi8r),  // the first of two attributes counts
        ("<meta charset=utf-16>", .utf8),
        ("<!-- <meta charset=big5> --><meta charset=koi8-r>", .koi8r),
        ("<!--><meta charset=koi8-r>", .koi8r),  // "<!-->" is a whole comment
        ("<!-- <meta charset=koi8-r>", nil),
        ("<a title='<meta charset=big5>'><meta charset=koi8-r>", .koi8r),
        ("<!DOCTYPE html '<meta charset=koi8-r>", nil),  // to the first ">"
        ("</p charset=big5><meta charset=koi8-r>", .koi8r),
        ("<?php <meta charset=big5> ?><meta charset=koi8-r>", .koi8r),
        ("<script src=x></script><title>1 < 2</title><meta charset=koi8-r>", .koi8r),
        ("<meta\ncharset\t=\r\nkoi8-r\n>", .koi8r),
        ("<?xml version='1.0' encoding='koi8-r'?><p>", .koi8r),
        ("<?xml version=\"1.0\" encoding = \"koi8-r\"?><html>", .koi8r),
        ("<?xml version=\"1.0\"?><p encoding='koi8-r'>", nil),
        ("<?xml encoding='big5'?><meta charset=koi8-r>", .koi8r),
        ("", nil), ("<", nil), ("<m", nil), ("<meta", nil), ("<meta ", nil), ("<!", nil), ("<!--", nil), ("</", nil),
    ] as [(String, Charset?)])
    func prescan(document: String, charset: Charset?) {
        #expect(inDocument(document) == charset)
    }

    @Test func metaBelongsToHTMLAlone() {
        #expect(inDocument("<meta charset=koi8-r>", isHTML: false) == nil)
        #expect(inDocument("<?xml version='1.0' encoding='koi8-r'?>", isHTML: false) == .koi8r)
    }

    @Test func metaIsFoundInTheFirstBytesOnly() {
        let pad = String(repeating: "x", count: MetaPrescan.limitBytes)
        #expect(inDocument(pad + "<meta charset=koi8-r>") == nil)
        #expect(inDocument(String(repeating: "x", count: 4000) + "<meta charset=koi8-r>") == .koi8r)
    }

    @Test(arguments: [
        ("text/html; charset=koi8-r", Charset.koi8r), ("text/html;CHARSET=\"KOI8-R\"", .koi8r), ("koi8-r", .koi8r),
        ("text/html; charset='koi8-r'", .koi8r), ("text/html; charset=koi8-r; x=y", .koi8r),
        ("text/html;charset=koi8-r, text/html", .koi8r), ("text/html", nil), ("", nil), ("text/html; charset=", nil),
        ("text/html; charset=nonsense", nil), ("text/html; x-charset koi8-r", nil),
    ] as [(String, Charset?)])
    func contentType(field: String, charset: Charset?) {
        #expect(CharsetDeclaration.inContentType(field) == charset)
    }

    @Test func noContentType() {
        #expect(CharsetDeclaration.inContentType(nil) == nil)
    }

    @Test func prescanOfRandomTagsEnds() {
        var random = SeededRandom(seed: 7)
        let parts = ["<", ">", "meta", " ", "charset", "=", "\"", "'", "/", "!", "--", "utf-8", "content", "http-equiv", "?", "\0"]
        for _ in 0..<2000 {
            let text = (0..<40).map { _ in parts[Int(random.next() % UInt64(parts.count))] }.joined()
            _ = inDocument(text)
        }
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers in every run.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
