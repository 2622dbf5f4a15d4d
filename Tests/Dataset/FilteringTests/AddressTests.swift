import Testing

@testable import Filtering

@Suite("Refusing pages by their address")
struct AddressTests {
    private func refusal(
        _ address: String, files: [String: String] = [:], _ change: (inout AddressSettings) -> Void = { _ in }
    ) throws -> String? {
        var settings = AddressSettings()
        change(&settings)
        let filters = try FilterChain(FilterChainSettings(filters: [.address(PerLanguage(settings))])) { path in
            files[path] ?? ""
        }
        return filters.evaluate(FilterInput(text: "x", address: address)).rejection?.rule
    }

    @Test("A listed domain refuses itself and all below it, not its neighbours", arguments: [
        ("https://bad.example/x", "domain"), ("http://user@WWW.Bad.Example:80/", "subdomain"),
        ("https://notbad.example/", nil), ("https://good.example/?u=bad.example", nil), ("bad.example", "domain"),
    ] as [(String, String?)])
    func domains(address: String, expected: String?) throws {
        #expect(try refusal(address) { $0.extraDomains = ["bad.example"] } == expected)
    }

    @Test("Words, soft words and parts of words")
    func words() throws {
        #expect(try refusal("https://a.example/free-XXX/1") == "hard_blacklisted")
        #expect(try refusal("https://a.example/xxxl-shirts") == nil)
        #expect(try refusal("https://essex.example/adult") == nil)
        #expect(try refusal("https://a.example/adult/dating") == "soft_blacklisted")
        #expect(try refusal("https://a.example/adult/adult") == nil)
        #expect(try refusal("https://my-porn-hub.example/") == "hard_blacklisted")
        #expect(try refusal("https://myp-ornhu.b.example/") == "blacklisted_subword")
        #expect(try refusal("https://a.example/adult/dating") { $0.softWordThreshold = 3 } == nil)
    }

    @Test("Lists may be files; lines with a number sign are comments")
    func files() throws {
        let files = ["d": "# list\nbad.example\r\n\n", "u": "https://a.example/exact\n", "w": "For-Bidden\n"]
        func check(_ address: String) throws -> String? {
            try refusal(address, files: files) {
                $0.domainsFile = "d"
                $0.urlsFile = "u"
                $0.bannedWordsFile = "w"
            }
        }
        #expect(try check("http://bad.example") == "domain")
        #expect(try check("https://a.example/exact") == "url")
        #expect(try check("https://a.example/exact/") == nil)
        #expect(try check("https://a.example/forbidden") == "hard_blacklisted")
    }

    @Test("A file without a reader is an error that names it")
    func noReader() {
        var settings = AddressSettings()
        settings.domainsFile = "lists/domains.txt"
        #expect(throws: FilterSettingsError.self) {
            try FilterChain(FilterChainSettings(filters: [.address(PerLanguage(settings))]))
        }
    }

    @Test("Odd addresses are judged, not feared", arguments: [
        "", ":", "://", "http://", "http://@", "http://[::1]:80/", "....", "http://a:b:c@d:e", "\u{0}é",
    ])
    func odd(address: String) throws {
        #expect(try refusal(address) { $0.extraDomains = ["bad.example"] } == nil)
    }
}
