/// Reads the charset that a server or a document declares.
///
/// Sources: the WHATWG HTML Standard, "Prescan a byte stream to determine its encoding" (also "get an attribute" and
/// "extracting a character encoding from a meta element"), and XML 1.0, section 2.8, for the XML declaration.
enum CharsetDeclaration {
    /// The charset in an HTTP Content-Type field ("text/html; charset=koi8-r"), or in a bare label ("koi8-r").
    static func inContentType(_ value: String?) -> Charset? {
        guard let value else { return nil }
        let bytes = Array(value.utf8.prefix(1024))
        if let label = labelAfterCharset(bytes[...]) { return Charset(label: label) }
        return bytes.contains(UInt8(ascii: "/")) ? nil : Charset(label: value)
    }

    /// The charset that the first bytes of a document declare. An HTML document may do so in a `meta` element or in an
    /// XML declaration, any other in an XML declaration only.
    static func inDocument(_ bytes: UnsafeRawBufferPointer, isHTML: Bool) -> Charset? {
        if isHTML {
            var scanner = MetaPrescan(bytes)
            if let charset = scanner.run() { return charset }
        }
        return inXMLDeclaration(bytes)
    }

    /// What a declaration in bytes that could be read as ASCII cannot mean: a document in UTF-16 would not have shown it.
    static func corrected(_ charset: Charset) -> Charset {
        switch charset {
        case .utf16le, .utf16be, .utf32le, .utf32be: .utf8
        default: charset
        }
    }

    /// "charset", "=", and a label in quotes, or up to a semicolon or space: as in a `content` attribute.
    static func labelAfterCharset(_ bytes: ArraySlice<UInt8>) -> String? {
        let word = Array("charset".utf8)
        var i = bytes.startIndex
        while i + word.count <= bytes.endIndex {
            guard matches(bytes, at: i, word) else {
                i += 1
                continue
            }
            i += word.count
            var at = skipSpaces(bytes, i)
            guard at < bytes.endIndex, bytes[at] == UInt8(ascii: "=") else { continue }
            at = skipSpaces(bytes, at + 1)
            guard at < bytes.endIndex else { return nil }
            let quote = bytes[at]
            if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
                guard let end = bytes[(at + 1)...].firstIndex(of: quote) else { return nil }
                return String(decoding: bytes[(at + 1)..<end], as: UTF8.self)
            }
            let end = bytes[at...].firstIndex { isSpace($0) || $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: ",") }
            return String(decoding: bytes[at..<(end ?? bytes.endIndex)], as: UTF8.self)
        }
        return nil
    }

    private static func inXMLDeclaration(_ bytes: UnsafeRawBufferPointer) -> Charset? {
        let head = Array(bytes.prefix(1024))
        guard matches(head[...], at: 0, Array("<?xml".utf8)), let end = head.firstIndex(of: UInt8(ascii: ">")) else {
            return nil
        }
        let declaration = head[..<end]
        let word = Array("encoding".utf8)
        guard
            var at = declaration.indices.first(where: { $0 + word.count <= end && matches(declaration, at: $0, word) })
        else { return nil }
        at = skipSpaces(declaration, at + word.count)
        guard at < end, declaration[at] == UInt8(ascii: "=") else { return nil }
        at = skipSpaces(declaration, at + 1)
        guard at < end else { return nil }
        let quote = declaration[at]
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'"),
            let close = declaration[(at + 1)...].firstIndex(of: quote)
        else { return nil }
        let charset = Charset(label: String(decoding: declaration[(at + 1)..<close], as: UTF8.self))
        return charset.map(corrected)
    }

    private static func skipSpaces(_ bytes: ArraySlice<UInt8>, _ from: Int) -> Int {
        var at = from
        while at < bytes.endIndex, isSpace(bytes[at]) { at += 1 }
        return at
    }

    /// Whether `word` (lower case) stands at an offset, in either case.
    private static func matches(_ bytes: ArraySlice<UInt8>, at offset: Int, _ word: [UInt8]) -> Bool {
        guard offset + word.count <= bytes.endIndex else { return false }
        for (index, byte) in word.enumerated() where lowered(bytes[offset + index]) != byte { return false }
        return true
    }

    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0C || byte == 0x0D }

    static func lowered(_ byte: UInt8) -> UInt8 { 0x41...0x5A ~= byte ? byte | 0x20 : byte }
}
