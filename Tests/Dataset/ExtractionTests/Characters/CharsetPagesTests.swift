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

    @Test func digestOfAKnownMessage() {
        #expect(sha1Hex(Array("abc".utf8)) == "a9993e364706816aba3e25717850c26c9cd0d89d")
    }
}
