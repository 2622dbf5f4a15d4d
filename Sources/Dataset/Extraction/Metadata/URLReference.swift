/// Resolves a reference against the URL of the page it stands on (RFC 3986, section 5.2), for http and https.
enum URLReference {
    /// The absolute URL without fragment, or nil when it is not http(s) or longer than 4,096 bytes.
    static func resolve(_ reference: String, against base: String?) -> String? {
        var text = reference[...]
        while let first = text.utf8.first, first <= 0x20 { text = text.dropFirst() }
        while let last = text.utf8.last, last <= 0x20 { text = text.dropLast() }
        if let hash = text.utf8.firstIndex(of: 0x23) { text = text[..<hash] }
        guard !text.isEmpty, text.utf8.count <= 4096, !text.utf8.contains(where: { $0 <= 0x20 }) else { return nil }
        if let scheme = scheme(of: text) {
            guard scheme == "http" || scheme == "https" else { return nil }
            return text.utf8.dropFirst(scheme.utf8.count).starts(with: "://".utf8) ? String(text) : nil
        }
        guard let base, base.utf8.count <= 4096, let parts = split(base) else { return nil }
        if text.utf8.starts(with: "//".utf8) { return parts.scheme + ":" + String(text) }
        let origin = parts.scheme + "://" + parts.authority
        if text.utf8.first == 0x2F { return origin + normalized(String(text)) }
        if text.utf8.first == 0x3F { return origin + parts.path + String(text) }
        let folder = parts.path.utf8.lastIndex(of: 0x2F).map { parts.path[...$0] } ?? "/"
        return origin + normalized(String(folder) + String(text))
    }

    /// The host of an absolute URL, lower case, without user and port.
    static func host(of url: String) -> String? {
        guard let authority = split(url)?.authority else { return nil }
        let host = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        return host.split(separator: ":", omittingEmptySubsequences: false).first.map { $0.lowercased() }
    }

    private static func scheme(of text: Substring) -> String? {
        guard let colon = text.utf8.firstIndex(of: 0x3A) else { return nil }
        let name = text[..<colon]
        guard let first = name.utf8.first, first.isASCIILetter,
            name.utf8.allSatisfy({ $0.isASCIILetter || $0.isASCIIDigit || $0 == 0x2B || $0 == 0x2D || $0 == 0x2E })
        else { return nil }
        return name.lowercased()
    }

    private static func split(_ url: String) -> (scheme: String, authority: String, path: String)? {
        guard let scheme = scheme(of: url[...]), scheme == "http" || scheme == "https" else { return nil }
        let rest = url.utf8.dropFirst(scheme.utf8.count)
        guard rest.starts(with: "://".utf8) else { return nil }
        let after = rest.dropFirst(3)
        let end = after.firstIndex { $0 == 0x2F || $0 == 0x3F || $0 == 0x23 } ?? after.endIndex
        guard end > after.startIndex else { return nil }
        let pathEnd = after[end...].firstIndex { $0 == 0x3F || $0 == 0x23 } ?? after.endIndex
        let path = String(after[end..<pathEnd]) ?? ""
        return (scheme, String(after[..<end]) ?? "", path.isEmpty ? "/" : path)
    }

    /// A path (with its query) without `.` and `..`.
    private static func normalized(_ path: String) -> String {
        let query = path.utf8.firstIndex(of: 0x3F) ?? path.endIndex
        var kept: [Substring] = []
        let parts = path[..<query].split(separator: "/", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            let isLast = index == parts.count - 1
            if part == ".." {
                if kept.count > 1 { kept.removeLast() }
                if isLast { kept.append("") }
            } else if part == "." {
                if isLast { kept.append("") }
            } else {
                kept.append(part)
            }
        }
        return kept.joined(separator: "/") + String(path[query...])
    }
}
