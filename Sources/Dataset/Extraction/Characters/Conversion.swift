/// What a converter made of bytes.
struct Conversion {
    var utf8: [UInt8] = []
    /// U+FFFD written for malformed or unmapped input, lone surrogates and U+0000.
    var replacements = 0
    /// C1 controls (U+0080 to U+009F but U+0085) and private code points: text hardly has them, a wrong charset does.
    var doubtful = 0

    /// Whether the bytes can be text in the charset that they were read with.
    var isClean: Bool { replacements == 0 && doubtful == 0 }
}
