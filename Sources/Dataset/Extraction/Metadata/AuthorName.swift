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
        if let bar = name.firstIndex(where: { $0 == "|" || $0 == "•" || $0 == "·" }) { name = name[..<bar] }
        while let last = name.utf8.last, last <= 0x20 || last == 0x2C { name = name.dropLast() }
        guard (2...120).contains(name.utf8.count), !name.contains("://"), !name.contains("@"), !name.contains("www.") else { return nil }
        let digits = name.utf8.count(where: \.isASCIIDigit)
        guard digits <= 2, name.split(separator: " ").count <= 16, name.unicodeScalars.contains(where: \.properties.isAlphabetic)
        else { return nil }
        return String(name)
    }
}
