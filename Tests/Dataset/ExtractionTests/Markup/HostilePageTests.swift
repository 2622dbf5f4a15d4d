import Extraction
import Testing

/// Pages made to exhaust a parser. Each must end soon, and the bounds that make it so count bytes, nodes and steps; a
/// page that broke them would hold this suite for minutes, which the limits on the whole run catch.
@Suite struct HostilePageTests {
    static let floods: [String] = [
        "<div>", "<div><p>", "<b><div>", "<a><div>", "<table>x", "<table><tr>x", "<select><option>", "<ul><li>", "<svg><p>", "<math><mi>",
        "<template>", "<frameset>", "<button><p>", "<html class=x>", "<body class=x>", "</p>", "</br>", "a<b>b</b>", "<nobr>", "&amp;",
        "&ammmm", "< ", "<", "<!--", "<!-->", "<script>", "<script>a</script>", "<textarea>", "<title>", "<noscript>", "<form><input>",
        "<ruby><rt>", "\u{0}", "<p class='a b c' id=x>", "<h1>", "<dl><dt><dd>", "</", "<a href=x>y</a>", "&#x110000;", "<meta name=author content=x>",
    ]

    @Test(arguments: floods)
    func floodsOfOneConstructAreBounded(piece: String) throws {
        let html = Array(String(repeating: piece, count: 600_000 / piece.utf8.count).utf8)
        let page = try PageExtractor().extract(html: html)
        #expect(page.htmlBytes == html.count)
    }

    @Test func endlessAttributeEntityAndComment() throws {
        let long = String(repeating: "a", count: 4_000_000)
        for html in ["<p title=\"\(long)", "&\(long)", "<\(long)", "<!--\(long)", "<p \(long)=1>x", "<p class='\(long)'>text</p>"] {
            _ = try PageExtractor().extract(html: Array(html.utf8))
        }
    }

    @Test func namesWithoutEndAreBounded() throws {
        let tags = (0..<60_000).map { "<t\($0)></u\($0)>" }.joined()
        let attributes = "<p " + (0..<200_000).map { "x\($0)" }.joined(separator: " ") + ">kept words stay in the page"
        for html in [tags, attributes] { _ = try PageExtractor().extract(html: Array(html.utf8)) }
    }

    @Test func aSelectWithAMillionOptionsIsBounded() throws {
        let html = "<select>" + String(repeating: "<option>x", count: 1_000_000) + "</select><p>after"
        _ = try PageExtractor().extract(html: Array(html.utf8))
    }

    @Test func fiftyMegabytesOfOneTagAreCut() throws {
        let html = [UInt8](unsafeUninitializedCapacity: 50 << 20) { buffer, count in
            let tag = Array("<i>".utf8)
            for index in 0..<(50 << 20) { buffer[index] = tag[index % 3] }
            count = 50 << 20
        }
        #expect(try PageExtractor().extract(html: html).isTruncated)
    }

    @Test func linkedDataBombsAreBounded() throws {
        let nested = String(repeating: "[", count: 300_000)
        let objects = String(repeating: #"{"@graph":"#, count: 50_000)
        let wide = "[" + String(repeating: #"{"@type":"Article"},"#, count: 40_000) + "]"
        for json in [nested, objects, wide, "\"" + String(repeating: "\\u0041", count: 100_000)] {
            _ = try PageExtractor().extract(html: Array("<script type='application/ld+json'>\(json)</script>".utf8))
        }
    }

    @Test func theSamePageGivesTheSameResult() throws {
        let html = Array(String(repeating: "<div class=post><b><p>Some words, again. <table><i>x", count: 3000).utf8)
        let first = try PageExtractor().extract(html: html)
        #expect(try PageExtractor().extract(html: html) == first)
    }
}
