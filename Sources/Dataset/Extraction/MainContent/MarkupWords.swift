/// The words in an element's class, id, role and item properties, as evidence of what the element holds.
///
/// `postBody`, `post-body` and `post_body` are the words `post` and `body`. Each known word has a weight: above zero it
/// was seen on main content, below on navigation and the like (`MarkupWordWeights`, learned).
enum MarkupWords {
    /// Calls `body` with the FNV-1a hash of each word of two letters or more, lower case, digits dropped.
    static func forEachWord(in value: MarkupText, _ body: (UInt32) -> Void) {
        var hash: UInt32 = 2_166_136_261
        var length = 0
        var previousIsLower = false
        for byte in value.bytes.prefix(512) {
            guard byte.isASCIILetter else {
                if length >= 2 { body(hash) }
                (hash, length, previousIsLower) = (2_166_136_261, 0, false)
                continue
            }
            if byte.isASCIIUppercase, previousIsLower {
                if length >= 2 { body(hash) }
                (hash, length) = (2_166_136_261, 0)
            }
            hash = (hash ^ UInt32(byte.asciiLowercased)) &* 16_777_619
            length += 1
            previousIsLower = !byte.isASCIIUppercase
        }
        if length >= 2 { body(hash) }
    }
}
