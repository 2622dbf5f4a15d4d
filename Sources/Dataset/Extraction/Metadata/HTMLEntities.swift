/// The few character references that pages escape twice in their metadata.
enum HTMLEntities {
    private static let named: [(String, String)] = [
        ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#34;", "\""), ("&#39;", "'"), ("&#x27;", "'"), ("&apos;", "'"),
        ("&#8217;", "’"), ("&#8216;", "‘"), ("&#8220;", "“"), ("&#8221;", "”"), ("&#8211;", "–"), ("&#8212;", "—"),
        ("&#038;", "&"), ("&nbsp;", " "), ("&amp;", "&"),
    ]

    static func decode(_ text: String) -> String {
        guard text.utf8.contains(0x26) else { return text }
        var result = text
        for (entity, character) in named where result.contains(entity) { result = result.replacing(entity, with: character) }
        return result
    }
}
