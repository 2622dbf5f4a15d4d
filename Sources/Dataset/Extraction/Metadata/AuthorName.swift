/// Makes a name out of a by-line.
enum AuthorName {
    private static let introductions = [
        "written by ", "posted by ", "published by ", "by: ", "by ", "von: ", "von ", "par ", "por ", "door ", "di ", "author: ",
        "autor: ", "text: ", "od ",
    ]

    /// The names without `By` and the like; nil for what cannot be a name: a URL, an address, a handle, a long text.
    static func read(_ text: String) -> String? {
        var name = HTMLEntities.decode(text)[...]
        while let first = name.utf8.first, first <= 0x20 { name = name.dropFirst() }
        let lower = name.lowercased()
        for introduction in introductions where lower.utf8.starts(with: introduction.utf8) {
            name = name.dropFirst(introduction.count)
            break
        }
        if let bar = name.firstIndex(where: { $0 == "|" || $0 == "•" || $0 == "·" || $0 == "\n" }) { name = name[..<bar] }
        for ending in [" . ", " Reviewed by", " Updated", " Published", " - ", " – ", " on "] {
            if let range = name.firstRange(of: ending) { name = name[..<range.lowerBound] }
        }
        while let last = name.utf8.last, last <= 0x20 || last == 0x2C { name = name.dropLast() }
        guard (2...120).contains(name.utf8.count), !name.contains("://"), !name.contains("@"), !name.contains("www.") else { return nil }
        let digits = name.utf8.count(where: \.isASCIIDigit)
        guard digits <= 2, name.split(separator: " ").count <= 16, name.unicodeScalars.contains(where: \.properties.isAlphabetic)
        else { return nil }
        return String(name)
    }

    private static let particles: Set<Substring> = [
        "de", "der", "den", "van", "von", "vom", "zu", "la", "le", "du", "di", "da", "dos", "del", "bin", "al", "el", "and", "und", "et", "y",
        "e", "en", "of", "the", "for",
    ]

    /// Like `read`, for text that only looks like a by-line: every word must start with a capital (or be in a script
    /// without), particles aside.
    static func readByline(_ text: String) -> String? {
        guard let name = read(text) else { return nil }
        let words = name.split(separator: " ")
        guard (1...6).contains(words.count) else { return nil }
        for word in words where !particles.contains(word) {
            guard let first = word.unicodeScalars.first else { return nil }
            if first.properties.isLowercase || !(first.properties.isAlphabetic) { return nil }
        }
        return name
    }
}
