import Testing

@testable import Extraction

/// What a page says about itself, in the forms that pages use.
@Suite struct MetadataTests {
    func extract(_ head: String, body: String = "", url: String? = nil, html: String = "<html>") throws -> ExtractedPage {
        try PageExtractor().extract(html: Array("\(html)<head>\(head)</head><body>\(body)</body></html>".utf8), url: url)
    }

    @Test func readsLinkedData() throws {
        let page = try extract(
            #"""
            <title>ignored | Site</title>
            <script type="application/ld+json">{"@context": "https://schema.org", "@graph": [
              {"@type": "WebSite", "name": "The Mill Post"},
              {"@type": ["NewsArticle"], "headline": "Wheels &amp; water", "datePublished": "2024-05-31T10:00:00+02:00",
               "author": [{"@type": "Person", "name": "Anna Müller"}, {"@type": "Person", "name": "Ben Ortiz"}],
               "description": "Why mills\n turn", "inLanguage": "en-GB"},]}</script>
            """#)
        #expect(page.title == "Wheels & water")
        #expect(page.author == "Anna Müller; Ben Ortiz")
        #expect(page.date == "2024-05-31T10:00:00+02:00")
        #expect(page.site == "The Mill Post")
        #expect(page.description == "Why mills turn")
        #expect(page.declaredLanguage == "en-GB")
        #expect(page.pageType == .article)
    }

    @Test func readsOpenGraphAndMetaNames() throws {
        let page = try extract(
            """
            <meta property="og:title" content="A mill"><meta property="og:site_name" content="Mills">
            <meta name="Author" content="By Carla de Vries"><meta property="article:published_time" content="2023-01-02T03:04:05Z">
            <meta name="description" content="plain"><meta property="og:description" content="open"><meta property="og:type" content="product">
            <link rel="canonical" href="/a/../b?x=1#y"><base href="https://mills.example/shop/">
            """, url: "https://other.example/", html: "<html lang='nl_BE'>")
        #expect(page.title == "A mill")
        #expect(page.site == "Mills")
        #expect(page.author == "Carla de Vries")
        #expect(page.date == "2023-01-02T03:04:05Z")
        #expect(page.description == "open")
        #expect(page.pageType == .product)
        #expect(page.declaredLanguage == "nl-BE")
        #expect(page.canonicalURL == "https://mills.example/b?x=1")
    }

    @Test func fallsBackToThePageItself() throws {
        let page = try extract(
            "<title>The long story of a mill - Mill Post</title>",
            body: """
                <h1>The long story of a mill</h1><span class="byline">By Dora Klein</span><time datetime="2020-02-29">February 29</time>
                """)
        #expect(page.title == "The long story of a mill")
        #expect(page.author == "Dora Klein")
        #expect(page.date == "2020-02-29")
        #expect(page.site == nil)
    }

    @Test func aURLMayTellTheDay() throws {
        #expect(try extract("", url: "https://a.example/2021/03/04/mill.html").date == "2021-03-04")
        #expect(try extract("", url: "https://a.example/2021/33/04/mill.html").date == nil)
    }

    @Test func bylinesThatAreNoNamesAreLeftOut() throws {
        for text in ["Get in touch", "https://a.example/anna", "anna@mills.example", "12 345 678", String(repeating: "Name ", count: 60)] {
            #expect(try extract("", body: "<div class=author>\(text)</div>").author == nil)
        }
    }

    @Test(arguments: [
        ("2024-05-31", "2024-05-31"), ("2024-05-31T10:00", "2024-05-31T10:00:00"), ("2024-05-31 10:00:09.123 +0200", "2024-05-31T10:00:09+02:00"),
        ("20240531", "2024-05-31"), ("2024/05/31", "2024-05-31"), ("31.05.2024", "2024-05-31"), ("05/31/2024", "2024-05-31"),
        ("Fri, 31 May 2024 10:00:00 GMT", "2024-05-31"), ("May 31, 2024", "2024-05-31"), ("May 31st, 2024", "2024-05-31"),
        ("31. Mai 2024", "2024-05-31"), ("31 mai 2024", "2024-05-31"), ("31 de mayo de 2024", "2024-05-31"), ("1 août 2024", "2024-08-01"),
        ("Published on March 3, 2021", "2021-03-03"),
    ])
    func datesAreWrittenAsISO(text: String, expected: String) {
        #expect(DateReader.read(text) == expected)
    }

    @Test(arguments: ["", "yesterday", "2024-13-01", "2024-02-30", "1812-01-01", "03/04/2024", "99999999999999", "May", "T10:00"])
    func whatIsNoDateIsNil(text: String) {
        #expect(DateReader.read(text) == nil)
    }

    @Test(arguments: [
        ("https://b.example/x", "https://b.example/x"), ("//b.example/x", "https://b.example/x"), ("/x", "https://a.example/x"),
        ("x", "https://a.example/d/x"), ("../x", "https://a.example/x"), ("../../../x", "https://a.example/x"), ("./", "https://a.example/d/"),
        ("?q", "https://a.example/d/e?q"), ("x#f", "https://a.example/d/x"), ("HTTP://B.example/", "HTTP://B.example/"),
    ])
    func referencesAreResolved(reference: String, expected: String) {
        #expect(URLReference.resolve(reference, against: "https://a.example/d/e?old") == expected)
    }

    @Test(arguments: ["javascript:alert(1)", "data:text/html,x", "", "#top", "mailto:a@b.example", "http:x", "a b"])
    func whatIsNoPageIsNotResolved(reference: String) {
        #expect(URLReference.resolve(reference, against: "https://a.example/") == nil)
    }

    @Test func jsonIsReadAndBounded() {
        func parse(_ text: String) -> JSONValue? {
            let bytes = Array(text.utf8)
            return bytes.withUnsafeBufferPointer { JSONValue.parse($0) }
        }
        #expect(parse(#"{"a": [1, "x\u00e9\ud83d\ude00\n"]}"#)?["a"]?.elements.last?.string == "xé😀\n")
        #expect(parse(#"{"a": "\ud83d"}"#)?["a"]?.string == "\u{FFFD}")
        for broken in ["", "{", "[", "{\"a\"}", "{\"a\":}", "\"", "\"\\", "\"\\u12", "[1", "{1:2}", String(repeating: "[", count: 100)] {
            #expect(parse(broken) == nil)
        }
    }
}
