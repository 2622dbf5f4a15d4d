import Extraction
import Foundation
import Testing

/// Real pages, damaged at random: nothing may crash, and nothing may take long.
@Suite struct MutatedPageTests {
    /// SplitMix64 (Steele, Lea, Flood 2014): the same sequence for the same seed, everywhere.
    struct SeededGenerator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    static let fragments: [[UInt8]] = [
        "<", ">", "\"", "'", "<!--", "-->", "<table>", "</div>", "<script>", "</script>", "&", "&#x;", "<pre>", "<svg>", "<template>",
        "<select>", "</p>", "<br><br>", "\u{0}", "<noscript>", "<li>",
    ].map { Array($0.utf8) }

    static let handmade: [UInt8] = Array(
        """
        <html lang=en><head><title>Mills - Site</title><meta property="og:title" content="Mills"><script type="application/ld+json">
        {"@type": "Article", "headline": "Mills", "author": [{"name": "A"}]}</script></head><body><nav><a href=/>Home</a></nav><main>
        <h1>Mills</h1><p>Some words about mills, and more &amp; more.</p><ul><li>one<ul><li>two</ul></ul><table><tr><td>a<td>b</table>
        <pre>code\n  here</pre><form><select><option>x</select></form></main><footer>End</footer></body></html>
        """.utf8)

    func pages() -> [[UInt8]] {
        let folder = ProcessInfo.processInfo.environment["LEAT_EXTRACTED_PAGES"] ?? "/nonexistent"
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted().prefix(12)
        if names.isEmpty { print("LEAT_EXTRACTED_PAGES names no folder of pages: fuzzing a handmade page only") }
        return [MutatedPageTests.handmade]
            + names.compactMap { FileManager.default.contents(atPath: folder + "/" + $0).map { [UInt8]($0.prefix(60_000)) } }
    }

    @Test func damagedPagesAreExtractedOrRefused() throws {
        var random = SeededGenerator(state: 20_240_531)
        let extractor = PageExtractor()
        for page in pages() {
            for _ in 0..<(page.count < 2000 ? 400 : 12) {
                var damaged = page
                for _ in 0..<Int.random(in: 1...20, using: &random) { mutate(&damaged, &random) }
                let result = try extractor.extract(html: damaged, url: "https://example.org/a")
                #expect(result.text.utf8.count <= damaged.count * 3)
            }
        }
    }

    private func mutate(_ page: inout [UInt8], _ random: inout SeededGenerator) {
        guard page.count > 4 else { return }
        let at = Int.random(in: 0..<page.count - 2, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: page[at] = UInt8.random(in: 0...255, using: &random)
        case 1: page.removeSubrange(at..<min(page.count, at + Int.random(in: 1...40, using: &random)))
        case 2: page.insert(contentsOf: MutatedPageTests.fragments.randomElement(using: &random) ?? [], at: at)
        case 3: page.insert(contentsOf: page[at..<min(page.count, at + 200)], at: Int.random(in: 0..<page.count, using: &random))
        default: page.removeLast(min(page.count - 4, Int.random(in: 0...page.count / 4, using: &random)))
        }
    }
}
