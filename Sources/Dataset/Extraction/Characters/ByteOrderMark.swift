/// U+FEFF at the start of a text, as each of the Unicode encodings writes it:
///
///     EF BB BF       UTF-8
///     FE FF          UTF-16, big-endian
///     FF FE          UTF-16, little-endian
///     00 00 FE FF    UTF-32, big-endian
///     FF FE 00 00    UTF-32, little-endian (as UTF-16 it would be a mark and U+0000, which no text starts with)
///
/// Source: Unicode, section 23.8.
struct ByteOrderMark {
    var charset: Charset
    var byteCount: Int

    init?(_ bytes: UnsafeRawBufferPointer) {
        switch (bytes.count > 0 ? bytes[0] : 0x20, bytes.count > 1 ? bytes[1] : 0x20) {
        case (0xEF, 0xBB) where bytes.count > 2 && bytes[2] == 0xBF: self.init(.utf8, 3)
        case (0xFF, 0xFE) where bytes.count > 3 && bytes[2] == 0 && bytes[3] == 0: self.init(.utf32le, 4)
        case (0, 0) where bytes.count > 3 && bytes[2] == 0xFE && bytes[3] == 0xFF: self.init(.utf32be, 4)
        case (0xFE, 0xFF): self.init(.utf16be, 2)
        case (0xFF, 0xFE): self.init(.utf16le, 2)
        default: return nil
        }
    }

    private init(_ charset: Charset, _ byteCount: Int) {
        self.charset = charset
        self.byteCount = byteCount
    }
}
