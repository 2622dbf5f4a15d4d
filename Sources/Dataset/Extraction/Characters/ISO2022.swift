/// Finds charsets of seven bits that switch by escape sequences (ISO 2022), which well-formed ASCII may hide:
///
///     ESC $ @    ESC $ B    ESC ( J    ESC ( I    ESC $ ( D    ISO-2022-JP (RFC 1468, RFC 1554)
///     ESC $ ) C                                                ISO-2022-KR (RFC 1557)
///     ESC $ ) A    ESC $ ) G    ESC $ * H                      ISO-2022-CN (RFC 1922)
enum ISO2022 {
    /// The text, if seven-bit bytes hold such a sequence and convert without damage.
    static func decode(_ bytes: UnsafeRawBufferPointer) -> DecodedText? {
        guard let charset = charset(bytes), let read = CharsetConverter.convert(bytes, from: charset) else { return nil }
        // A cut last character is no reason to doubt.
        guard read.replacements <= 1 else { return nil }
        return DecodedText(read, charset, .iso2022Escape)
    }

    private static func charset(_ bytes: UnsafeRawBufferPointer) -> Charset? {
        var rest = bytes[...]
        while let escape = rest.firstIndex(of: 0x1B) {
            rest = rest[(escape + 1)...]
            let next = rest.prefix(3)
            let ascii = String(decoding: next, as: UTF8.self)
            if ascii.hasPrefix("$@") || ascii.hasPrefix("$B") || ascii.hasPrefix("(J") || ascii.hasPrefix("(I")
                || ascii.hasPrefix("$(D")
            {
                return .iso2022JP
            }
            if ascii.hasPrefix("$)C") { return .iso2022KR }
            if ascii.hasPrefix("$)A") || ascii.hasPrefix("$)G") || ascii.hasPrefix("$*H") { return .iso2022CN }
        }
        return nil
    }
}
