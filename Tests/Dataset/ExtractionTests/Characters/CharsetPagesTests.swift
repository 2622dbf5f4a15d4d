import Extraction
import Testing

@Suite("The 105 pages in 21 charsets, declared in 5 ways")
struct CharsetPagesTests {
    @Test func everyPageDecodesToItsDigest() throws {
        guard let archive = LabelledData.file("warc/made/charsets.warc.gz", for: "105 pages"),
            let expectations = LabelledData.file("warc/made/expected.jsonl", for: "105 pages")
        else { return }
        let pages = try CharsetPage.all(archive: archive, expectations: expectations)
        #expect(pages.count == 105)
        let decoder = CharacterDecoder()
        for page in pages {
            let text = decoder.decode(page.body, contentType: page.contentType)
            let what = "\(page.expected.charset ?? "") \(page.expected.mode ?? ""): read as \(text.charsetName), \(text.evidence)"
            #expect(sha1Hex(text.utf8) == page.expected.decoded_sha1, Comment(rawValue: what))
            #expect(text.string.contains(page.expected.must_contain ?? "?"), Comment(rawValue: what))
            #expect(text.replacements == 0, Comment(rawValue: what))
        }
    }

    /// Harder than the data asks for: each page under each of the 21 charsets as its declaration, nearly all of them false.
    /// What cannot be told are neighbours with the same letters (iso-8859-15 and windows-1252) and East Asian charsets
    /// that map each other's bytes to characters in use.
    @Test func falseDeclarationsAreSeenThrough() throws {
        guard let archive = LabelledData.file("warc/made/charsets.warc.gz", for: "false declarations"),
            let expectations = LabelledData.file("warc/made/expected.jsonl", for: "false declarations")
        else { return }
        let pages = try CharsetPage.all(archive: archive, expectations: expectations).filter { $0.expected.mode == "header" }
        var right = 0
        for page in pages {
            for other in pages {
                let text = CharacterDecoder().decode(page.body, contentType: other.contentType)
                let isRight = sha1Hex(text.utf8) == page.expected.decoded_sha1
                right += isRight ? 1 : 0
                if other.expected.url == page.expected.url { #expect(isRight, "\(page.expected.charset ?? "")") }
            }
        }
        print("charsets: \(right) of \(pages.count * pages.count) right under any declaration")
        #expect(pages.count == 21)
        #expect(right >= 400)
    }

    @Test func digestOfAKnownMessage() {
        #expect(sha1Hex(Array("abc".utf8)) == "a9993e364706816aba3e25717850c26c9cd0d89d")
    }
}
