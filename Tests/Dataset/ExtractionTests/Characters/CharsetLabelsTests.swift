import Extraction
import Testing

@Suite("Charset labels")
struct CharsetLabelsTests {
    @Test(arguments: [
        ("utf-8", Charset.utf8), ("UTF8", .utf8), ("unicode-1-1-utf-8", .utf8), ("x-unicode20utf8", .utf8),
        ("latin1", .windows1252), ("ISO-8859-1", .windows1252), ("ascii", .windows1252), ("us-ascii", .windows1252),
        ("iso-8859-9", .windows1254), ("latin5", .windows1254), ("tis-620", .windows874), ("iso-8859-11", .windows874),
        ("gb2312", .gbk), ("GB_2312-80", .gbk), ("gb18030", .gb18030), ("cp936", .gbk), ("big5-hkscs", .big5),
        ("shift_jis", .shiftJIS), ("Windows-31J", .shiftJIS), ("sjis", .shiftJIS), ("cp932", .shiftJIS),
        ("euc-kr", .eucKR), ("ks_c_5601-1987", .eucKR), ("cp949", .eucKR), ("UHC", .eucKR), ("x-euc-jp", .eucJP),
        ("iso-8859-8-i", .iso8859_8), ("visual", .iso8859_8), ("koi", .koi8r), ("koi8-ru", .koi8u),
        ("cp1251", .windows1251), ("x-mac-roman", .macintosh), ("utf-16", .utf16le), ("ucs-2", .utf16le),
        ("unicodefffe", .utf16be), ("iso-2022-kr", .iso2022KR), ("dos-874", .windows874), ("l9", .iso8859_15),
        ("x-user-defined", .windows1252), ("  \tKOI8-R\r\n", .koi8r),
    ])
    func labelNamesCharset(label: String, charset: Charset) {
        #expect(Charset(label: label) == charset)
    }

    @Test(arguments: ["", " ", "utf", "utf-9", "none", "charset", "utf-8;", "ütf-8", String(repeating: "x", count: 100_000)])
    func unknownLabelNamesNothing(label: String) {
        #expect(Charset(label: label) == nil)
    }

    @Test func everyCanonicalNameIsALabelOfItself() {
        for charset in Charset.allCases { #expect(Charset(label: charset.rawValue) == charset) }
    }
}
