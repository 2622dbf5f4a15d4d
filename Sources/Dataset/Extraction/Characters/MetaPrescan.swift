/// The search for `<meta charset>` in the first bytes of a document, before any parsing.
///
/// Follows the WHATWG HTML Standard, "Prescan a byte stream to determine its encoding", with one difference: it looks at
/// the first 8,192 bytes rather than 1,024, since pages that declare late are read so by browsers too (they start over).
/// Works on offsets, without recursion; time is linear in the bytes looked at.
struct MetaPrescan {
    static let limitBytes = 8192

    private let bytes: [UInt8]
    private var position = 0

    init(_ document: UnsafeRawBufferPointer) {
        bytes = Array(document.prefix(Self.limitBytes))
    }

    /// The charset of the first `meta` element that names a known one.
    mutating func run() -> Charset? {
        while position < bytes.count {
            if bytes[position] != UInt8(ascii: "<") {
                position += 1
            } else if starts(with: "<!--") {
                skipComment()
            } else if starts(with: "<meta"), position + 5 < bytes.count,
                CharsetDeclaration.isSpace(bytes[position + 5]) || bytes[position + 5] == UInt8(ascii: "/")
            {
                position += 5
                if let charset = readMeta() { return charset }
            } else if startsTag() {
                skipTagName()
                while nextAttribute() != nil {}
                position += 1
            } else if starts(with: "<!") || starts(with: "</") || starts(with: "<?") {
                skip(past: UInt8(ascii: ">"))
            } else {
                position += 1
            }
        }
        return nil
    }

    /// The attributes of a `meta` element, with `position` behind its name.
    private mutating func readMeta() -> Charset? {
        var seen: Set<[UInt8]> = []
        var isPragma = false
        var needsPragma: Bool?
        var charset: Charset?
        while let attribute = nextAttribute() {
            guard seen.insert(attribute.name).inserted else { continue }
            switch String(decoding: attribute.name, as: UTF8.self) {
            case "http-equiv": isPragma = String(decoding: attribute.value, as: UTF8.self) == "content-type"
            case "content":
                guard charset == nil, let label = CharsetDeclaration.labelAfterCharset(attribute.value[...]),
                    let named = Charset(label: label)
                else { continue }
                charset = named
                needsPragma = true
            case "charset":
                charset = Charset(label: String(decoding: attribute.value, as: UTF8.self))
                needsPragma = false
            default: continue
            }
        }
        guard let needsPragma, let charset, isPragma || !needsPragma else { return nil }
        return CharsetDeclaration.corrected(charset)
    }

    private struct Attribute {
        var name: [UInt8] = []
        var value: [UInt8] = []
    }

    /// The standard's "get an attribute": names and values in lower case; nil at the end of the tag or the bytes.
    private mutating func nextAttribute() -> Attribute? {
        while let byte = current, CharsetDeclaration.isSpace(byte) || byte == UInt8(ascii: "/") { position += 1 }
        guard let first = current, first != UInt8(ascii: ">") else { return nil }
        var attribute = Attribute()
        while let byte = current {
            if byte == UInt8(ascii: "="), !attribute.name.isEmpty { break }
            if byte == UInt8(ascii: "/") || byte == UInt8(ascii: ">") { return attribute }
            if CharsetDeclaration.isSpace(byte) {
                skipSpaces()
                if current != UInt8(ascii: "=") { return attribute }
                break
            }
            attribute.name.append(CharsetDeclaration.lowered(byte))
            position += 1
        }
        guard current != nil else { return nil }
        position += 1  // the equals sign
        skipSpaces()
        readValue(&attribute.value)
        return current == nil ? nil : attribute
    }

    private mutating func readValue(_ value: inout [UInt8]) {
        guard let quote = current else { return }
        if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
            position += 1
            while let byte = current, byte != quote {
                value.append(CharsetDeclaration.lowered(byte))
                position += 1
            }
            if current != nil { position += 1 }
            return
        }
        while let byte = current, !CharsetDeclaration.isSpace(byte), byte != UInt8(ascii: ">") {
            value.append(CharsetDeclaration.lowered(byte))
            position += 1
        }
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpaces() {
        while let byte = current, CharsetDeclaration.isSpace(byte) { position += 1 }
    }

    private mutating func skip(past end: UInt8) {
        while let byte = current, byte != end { position += 1 }
        position += 1
    }

    /// To behind the first "-->", whose hyphens may be those of "<!--".
    private mutating func skipComment() {
        position += 4
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: ">"), bytes[position - 1] == UInt8(ascii: "-"),
                bytes[position - 2] == UInt8(ascii: "-")
            {
                break
            }
            position += 1
        }
        position += 1
    }

    /// "<" or "</" and a letter.
    private func startsTag() -> Bool {
        var at = position + 1
        if at < bytes.count, bytes[at] == UInt8(ascii: "/") { at += 1 }
        guard at < bytes.count else { return false }
        return UInt8(ascii: "a")...UInt8(ascii: "z") ~= CharsetDeclaration.lowered(bytes[at])
    }

    private mutating func skipTagName() {
        while let byte = current, !CharsetDeclaration.isSpace(byte), byte != UInt8(ascii: ">") { position += 1 }
    }

    private func starts(with word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        guard position + length <= bytes.count else { return false }
        return word.withUTF8Buffer { word in
            for i in 0..<length where CharsetDeclaration.lowered(bytes[position + i]) != word[i] { return false }
            return true
        }
    }
}
