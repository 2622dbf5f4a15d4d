import Extraction
import Testing

/// What a reader of a page expects of its text: pages of each kind, small but complete.
@Suite struct PageExtractorTests {
    func extract(_ html: String, url: String? = nil) throws -> ExtractedPage {
        try PageExtractor().extract(html: Array(html.utf8), url: url)
    }

    static let navigation = """
        <header class="site-header"><nav class="main-menu"><ul><li><a href="/">Home</a></li><li><a href="/news">News</a></li>
        <li><a href="/about">About us</a></li><li><a href="/contact">Contact</a></li></ul></nav></header>
        """
    static let footer = """
        <div id="cookie-banner" class="cookie-consent"><p>We use cookies to improve your experience on this site.</p>
        <button>Accept all</button></div>
        <aside class="sidebar related-posts"><h3>Related articles</h3><ul><li><a href="/x">Ten things about rivers</a></li>
        <li><a href="/y">Why mills stopped turning</a></li></ul></aside>
        <footer class="site-footer"><p>Copyright 2024. All rights reserved.</p><a href="/privacy">Privacy policy</a></footer>
        """

    func page(_ title: String, _ main: String) -> String {
        """
        <!DOCTYPE html><html lang="en"><head><title>\(title)</title></head><body>\(PageExtractorTests.navigation)
        \(main)\(PageExtractorTests.footer)</body></html>
        """
    }

    func expectNoFurniture(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) {
        for furniture in ["About us", "We use cookies", "Accept all", "Ten things about rivers", "All rights reserved", "Privacy policy"] {
            #expect(!text.contains(furniture), sourceLocation: sourceLocation)
        }
    }

    @Test func keepsAnArticleWithItsListsTablesAndCode() throws {
        let page = try extract(
            page(
                "On water mills",
                """
                <main><article class="post-content"><h1>On water mills</h1>
                <p>A leat is the channel that brings water from a river to the wheel of a mill,
                   often over a <a href="/d">long distance</a>, and it was <b>dug</b> by hand.</p>
                <p>It was dug along the contour, so that it lost less height than the river did, and ended above the wheel.</p>
                <h2>Its parts</h2>
                <ul><li>The sluice lets the water in, and keeps floods out of it.
                  <ul><li>It was made of oak, and it was mended every year.</li></ul></li>
                <li>The launder carries it over the wheel when it is needed.</li></ul>
                <p>The table shows how much water each of the three mills on the river could use in a day.</p>
                <table><tr><th>Mill</th><th>Litres</th></tr><tr><td>Upper mill</td><td>4,000</td></tr><tr><td>Lower mill</td><td>6,500</td></tr></table>
                <p>A small program computes the flow from the width of the channel and from its depth:</p>
                <pre><code>func flow(width: Int) {
                    return width * depth
                }</code></pre>
                <p>The last of the mills stopped in 1931, when the river was led to a power station further down.</p>
                </article></main>
                """))
        let text = page.text
        expectNoFurniture(text)
        #expect(text.contains("wheel of a mill, often over a long distance, and it was dug by hand."))
        #expect(text.contains("\n\nIt was dug along the contour"))
        #expect(text.contains("- The sluice lets the water in, and keeps floods out of it.\n  - It was made of oak"))
        #expect(text.contains("\n- The launder carries it over the wheel when it is needed."))
        #expect(text.contains("Upper mill | 4,000\nLower mill | 6,500"))
        #expect(text.contains("func flow(width: Int) {\n"))
        #expect(text.contains("\n    return width * depth\n}"))
        #expect(page.codeScalars > 20 && page.codeScalars < page.textScalars)
        #expect(page.textScalars == text.unicodeScalars.count)
        #expect(page.words > 100 && page.linkWords > 0 && page.linkWords < page.words)
    }

    @Test func forumRepliesAreContent() throws {
        func post(_ user: String, _ text: String) -> String {
            """
            <div class="post message"><div class="author">\(user)</div><div class="date">Jan 3, 2024</div>
            <div class="post-body message-content"><p>\(text)</p></div><a class="reply-link" href="#r">Reply</a></div>
            """
        }
        let posts = [
            post("anna", "My wheel turns the wrong way round since the flood last week. Does anyone know what I should look at first?"),
            post("ben", "I had this once. Look at the launder: if it overshoots, the water falls behind the axle and pushes it back."),
            post("cleo", "That was it for us too, and it took two days to find. We put a board under it and it has been fine since then."),
        ]
        let page = try extract(
            page("Wheel turns backwards - Mill forum", "<div class='thread'><h1>Wheel turns backwards</h1>\(posts.joined())</div>"),
            url: "https://example.org/forum/thread/123")
        #expect(page.text.contains("My wheel turns the wrong way"))
        #expect(page.text.contains("I had this once."))
        #expect(page.text.contains("That was it for us too"))
        #expect(!page.text.contains("About us") && !page.text.contains("We use cookies"))
    }

    @Test(arguments: [
        ("de", "Der Graben führt das Wasser vom Fluss zur Mühle, und er wurde von Hand gegraben, weil es noch keine Maschinen gab."),
        ("fr", "Le bief amène l’eau de la rivière à la roue du moulin, et il a été creusé à la main, parce qu’il n’y avait pas de machines."),
        ("ru", "Канал приводит воду из реки к колесу мельницы, и его вырыли вручную, потому что тогда ещё не было никаких машин."),
        ("zh", "水渠把河水引到磨坊的水轮上。那时候还没有机器，所以人们用双手挖出了这条水渠，一共用了三年的时间。"),
        ("ar", "تجلب القناة الماء من النهر إلى عجلة الطاحونة، وقد حفرها الناس بأيديهم لأنه لم تكن هناك آلات في ذلك الوقت."),
    ])
    func worksInOtherLanguages(language: String, sentence: String) throws {
        let paragraphs = String(repeating: "<p>\(sentence)</p>", count: 6)
        let html = """
            <html lang="\(language)"><head><title>x</title></head><body>\(PageExtractorTests.navigation)
            <main><article><h1>x</h1>\(paragraphs)</article></main>\(PageExtractorTests.footer)</body></html>
            """
        let page = try extract(html)
        #expect(page.text.contains(sentence))
        #expect(!page.text.contains("About us"))
        #expect(page.declaredLanguage == language)
    }

    @Test func lineBreaksSplitParagraphsOnlyInPairs() throws {
        let line = "This line of the old page is long enough to be read as a part of its text, and it ends here."
        let page = try extract("<html><body><div class='content'>\(line)<br>\(line)<br><br>Second part. \(line)</div></body></html>")
        #expect(page.text == "\(line)\n\(line)\n\nSecond part. \(line)")
    }

    @Test func textOfANoscriptPageIsRead() throws {
        let sentence = "The thread is here for readers without scripts, and it is as long as any other post of this forum is."
        let page = try extract("<html><body><noscript><div class='post'>\(String(repeating: "<p>\(sentence)</p>", count: 8))</div></noscript></body></html>")
        #expect(page.text.contains(sentence))
    }

    @Test(arguments: ["", "<html><body></body></html>", "<html><head><title>x</title></head></html>", "plain", "\u{FEFF}"])
    func pagesWithoutContentAreEmpty(html: String) throws {
        #expect(try extract(html).text.utf8.count <= html.utf8.count)
    }

    @Test func textThatScriptsWouldDrawIsTakenFromLinkedData() throws {
        let sentence = "The mill was built in the year of the flood, and its wheel has turned on every working day since."
        let body = Array(repeating: sentence, count: 10).joined(separator: "\\n")
        let page = try extract(
            #"<html><head><script type="application/ld+json">{"@type": "Article", "articleBody": "\#(body)"}</script></head><body><div id=app></div></body></html>"#)
        #expect(page.text.hasPrefix(sentence + "\n\n" + sentence))
        #expect(page.words == 200 && page.textScalars == page.text.unicodeScalars.count)
    }

    @Test func aTextThatRepeatsIsKeptOnce() throws {
        let html = page(
            "Mills", "<article><h1>Mills</h1>"
                + String(repeating: "<p>The same paragraph stands here again, word for word, and nobody needs to read it twice.</p>", count: 3)
                + "<p>Another paragraph ends the page, so that there is something after the repeated ones, too.</p></article>")
        #expect(try extract(html).text.split(separator: "The same paragraph").count == 2)
    }

    @Test func bytesThatAreNoUTF8DoNotBreakTheText() throws {
        var html = Array("<body><article>".utf8)
        for _ in 0..<40 {
            html += Array("<p>Some words of the page, and then a broken byte: ".utf8) + [0xC3, 0x28, 0xFF, 0xE2, 0x82] + Array(" more.</p>".utf8)
        }
        let page = try PageExtractor().extract(html: html)
        #expect(page.text.contains("Some words of the page"))
    }
}
