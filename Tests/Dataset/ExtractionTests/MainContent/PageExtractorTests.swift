import Extraction
import Testing

/// What a reader of a page expects of its text.
@Suite struct PageExtractorTests {
    func extract(_ html: String, url: String? = nil) throws -> ExtractedPage {
        try PageExtractor().extract(html: Array(html.utf8), url: url)
    }

    @Test func keepsTheArticleAndDropsNavigation() throws {
        let page = try extract(
            """
            <html><head><title>On water mills</title></head><body>
            <nav class="menu"><ul><li><a href="/">Home</a></li><li><a href="/news">News</a></li></ul></nav>
            <main><article class="post-content"><h1>On water mills</h1>
            <p>A leat is the channel that brings water from a river to the wheel of a mill, often over a long distance.</p>
            <p>It was dug along the contour, so that it lost less height than the river did, and ended above the wheel.</p>
            <ul><li>The sluice lets the water in, and keeps floods out of it.</li><li>The launder carries it over the wheel when it is needed.</li></ul>
            </article></main>
            <footer class="footer"><a href="/privacy">Privacy</a> <a href="/terms">Terms</a></footer></body></html>
            """)
        #expect(page.text.contains("A leat is the channel that brings water"))
        #expect(page.text.contains("\n\nIt was dug along the contour"))
        #expect(page.text.contains("- The sluice lets the water in, and keeps floods out of it.\n- The launder carries"))
        #expect(!page.text.contains("Privacy"))
        #expect(!page.text.contains("News"))
        #expect(page.title == "On water mills")
    }

    @Test func anEmptyPageHasNoText() throws {
        #expect(try extract("").text == "")
        #expect(try extract("<html><body></body></html>").text == "")
    }
}
