/// Refuses pages by their address, in datatrove's order: domain, whole address, banned words, soft words, sub-words.
///
/// Where datatrove asks for the registered domain and the whole host name, this asks for every parent domain, so a listed
/// domain refuses all below it without a list of public suffixes. Words are compared in lower case.
struct AddressRules: Sendable {
    private let domains: Set<String>
    private let addresses: Set<String>
    private let bannedWords: Set<String>
    private let softWords: Set<String>
    private let softThreshold: Int
    private let subwordsByFirst: [[[UInt8]]]

    /// - Parameter read: gives the contents of a list file; only called where the settings name one.
    init(_ settings: AddressSettings, read: (String) throws -> String) throws {
        func list(_ entries: [String], _ file: String, _ clean: (Substring) -> String) throws -> Set<String> {
            var result = Set(entries.map { clean($0[...]) })
            if !file.isEmpty {
                for line in try read(file).split(whereSeparator: \.isNewline) where line.first != "#" {
                    result.insert(clean(line))
                }
            }
            result.remove("")
            return result
        }
        domains = try list(settings.extraDomains, settings.domainsFile) { Self.trimmed($0).lowercased() }
        addresses = try list(settings.extraURLs, settings.urlsFile) { Self.trimmed($0) }
        bannedWords = try list(settings.bannedWords, settings.bannedWordsFile, Self.normalized)
        softWords = try list(settings.softBannedWords, settings.softBannedWordsFile, Self.normalized)
        softThreshold = settings.softWordThreshold
        var byFirst = [[[UInt8]]](repeating: [], count: 256)
        for word in try list(settings.bannedSubwords, settings.bannedSubwordsFile, Self.normalized).sorted() {
            let bytes = Array(word.utf8)
            byFirst[Int(bytes[0])].append(bytes)
        }
        subwordsByFirst = byFirst
    }

    func apply(_ address: String) -> RuleLedger {
        var ledger = RuleLedger(filter: AddressSettings.filterName)
        if !domains.isEmpty, let host = Self.host(of: address) {
            if domains.contains(host) {
                ledger.refuse("domain", 1, threshold: 0)
            } else if Self.parents(of: host).contains(where: domains.contains) {
                ledger.refuse("subdomain", 1, threshold: 0)
            }
        }
        if addresses.contains(address) { ledger.refuse("url", 1, threshold: 0) }
        let words = Set(Self.words(of: address))
        let banned = words.count { bannedWords.contains($0) }
        let soft = words.count { softWords.contains($0) }
        let sub = subwordCount(address)
        ledger.note("url_banned_words", Double(banned))
        if banned > 0 { ledger.refuse("hard_blacklisted", Double(banned), threshold: 0) }
        ledger.note("url_soft_words", Double(soft))
        if softThreshold > 0, soft >= softThreshold {
            ledger.refuse("soft_blacklisted", Double(soft), threshold: Double(softThreshold))
        }
        ledger.note("url_banned_subwords", Double(sub))
        if sub > 0 { ledger.refuse("blacklisted_subword", Double(sub), threshold: 0) }
        return ledger
    }

    private static func trimmed(_ text: Substring) -> String {
        var rest = text
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return String(rest.drop { $0.isWhitespace })
    }

    /// Letters and digits alone, in lower case; ASCII.
    private static func normalized(_ text: Substring) -> String {
        String(decoding: lowerAlphanumerics(text.utf8), as: UTF8.self)
    }

    private static func lowerAlphanumerics(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        bytes.compactMap { byte in
            if byte &- 65 < 26 { return byte | 32 }
            return byte &- 97 < 26 || byte &- 48 < 10 ? byte : nil
        }
    }

    private static func words(of address: String) -> [String] {
        address.utf8.split { !(($0 | 32) &- 97 < 26 || $0 &- 48 < 10) }
            .map { String(decoding: lowerAlphanumerics($0), as: UTF8.self) }
    }

    /// The host name in lower case, without user, port and a full stop at its end.
    static func host(of address: String) -> String? {
        var rest = address[...]
        if let colon = rest.firstIndex(of: ":"), rest[colon...].hasPrefix("://") {
            rest = rest[rest.index(colon, offsetBy: 3)...]
        }
        rest = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        if let user = rest.lastIndex(of: "@") { rest = rest[rest.index(after: user)...] }
        if let port = rest.lastIndex(of: ":"), !rest.hasSuffix("]") { rest = rest[..<port] }
        while rest.last == "." { rest.removeLast() }
        return rest.isEmpty ? nil : rest.lowercased()
    }

    /// a.b.example.org: b.example.org, example.org; never a last label alone.
    private static func parents(of host: String) -> [String] {
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count > 2, labels.count < 128 else { return [] }
        return (1...labels.count - 2).map { labels[$0...].joined(separator: ".") }
    }

    private func subwordCount(_ address: String) -> Int {
        let bytes = Self.lowerAlphanumerics(address.utf8)
        var count = 0
        for index in bytes.indices {
            for word in subwordsByFirst[Int(bytes[index])] where index + word.count <= bytes.count {
                if word.indices.allSatisfy({ bytes[index + $0] == word[$0] }) { count += 1 }
            }
        }
        return count
    }
}
