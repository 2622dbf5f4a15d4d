/// Reads JSON (RFC 8259) forwards from bytes, without building a tree: vocabularies have up to 20 MB of it.
///
/// Every step is checked; what is skipped may nest to 128 levels, and no call recurses.
struct JSONScanner: ~Escapable {
    enum Refusal: Error {
        case unexpected(String)
    }

    private let bytes: Span<UInt8>
    private(set) var position: Int
    private static let deepest = 128

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>, at position: Int = 0) {
        self.bytes = bytes
        self.position = position
    }

    /// The next byte that is no white space, not consumed.
    @_lifetime(self: copy self)
    mutating func peek() throws(Refusal) -> UInt8 {
        while position < bytes.count {
            let byte = bytes[position]
            if byte > 0x20 { return byte }
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { break }
            position += 1
        }
        throw .unexpected(position < bytes.count ? "a control character" : "the end of the file")
    }

    @_lifetime(self: copy self)
    mutating func expect(_ wanted: UInt8) throws(Refusal) {
        guard try peek() == wanted else {
            throw .unexpected("something else than \"\(Character(Unicode.Scalar(wanted)))\"")
        }
        position += 1
    }

    /// Consumes `wanted` if it is next.
    @_lifetime(self: copy self)
    mutating func take(_ wanted: UInt8) throws(Refusal) -> Bool {
        guard try peek() == wanted else { return false }
        position += 1
        return true
    }

    /// True, past the comma, while an array or object that ends with `close` goes on. `isFirst` starts true.
    @_lifetime(self: copy self)
    mutating func nextElement(until close: UInt8, isFirst: inout Bool) throws(Refusal) -> Bool {
        if try take(close) { return false }
        if !isFirst { try expect(UInt8(ascii: ",")) }
        isFirst = false
        return true
    }

    /// Reads a string, unescaped, as UTF-8 into `text` (replacing it).
    @_lifetime(self: copy self)
    mutating func readString(into text: inout [UInt8]) throws(Refusal) {
        text.removeAll(keepingCapacity: true)
        try expect(UInt8(ascii: "\""))
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return
            case UInt8(ascii: "\\"): try readEscape(into: &text)
            case 0..<0x20: throw .unexpected("a control character in a string")
            default: text.append(byte)
            }
        }
        throw .unexpected("the end of the file in a string")
    }

    @_lifetime(self: copy self)
    mutating func readString() throws(Refusal) -> String {
        var text: [UInt8] = []
        try readString(into: &text)
        return String(decoding: text, as: UTF8.self)
    }

    @_lifetime(self: copy self)
    private mutating func readEscape(into text: inout [UInt8]) throws(Refusal) {
        guard position < bytes.count else { throw .unexpected("the end of the file in a string") }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(8)
        case UInt8(ascii: "f"): text.append(12)
        case UInt8(ascii: "n"): text.append(10)
        case UInt8(ascii: "r"): text.append(13)
        case UInt8(ascii: "t"): text.append(9)
        case UInt8(ascii: "u"): try readCodePoint(into: &text)
        default: throw .unexpected("an unknown escape")
        }
    }

    /// `\uXXXX`, or two of them for a code point beyond U+FFFF; a surrogate alone becomes U+FFFD.
    @_lifetime(self: copy self)
    private mutating func readCodePoint(into text: inout [UInt8]) throws(Refusal) {
        var code = try readFourHexDigits()
        if 0xD800...0xDBFF ~= code, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        {
            let mark = position
            position += 2
            let low = try readFourHexDigits()
            if 0xDC00...0xDFFF ~= low {
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            } else {
                position = mark
            }
        }
        let scalar = Unicode.Scalar(code) ?? "\u{FFFD}"
        if scalar.value < 0x80 {
            text.append(UInt8(scalar.value))
        } else if scalar.value < 0x800 {
            // Nearly every token of a byte-level vocabulary has such an escape.
            text.append(0xC0 | UInt8(scalar.value >> 6))
            text.append(0x80 | UInt8(scalar.value & 0x3F))
        } else {
            text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        }
    }

    @_lifetime(self: copy self)
    private mutating func readFourHexDigits() throws(Refusal) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard position < bytes.count else { throw .unexpected("something else than four hexadecimal digits") }
            let digit: UInt8
            switch bytes[position] {
            case let byte where 0x30...0x39 ~= byte: digit = byte - 0x30
            case let byte where 0x41...0x46 ~= byte: digit = byte - 0x41 + 10
            case let byte where 0x61...0x66 ~= byte: digit = byte - 0x61 + 10
            default: throw .unexpected("something else than four hexadecimal digits")
            }
            code = code << 4 | UInt32(digit)
            position += 1
        }
        return code
    }

    /// A whole number of up to 18 digits.
    @_lifetime(self: copy self)
    mutating func readInteger() throws(Refusal) -> Int {
        let isNegative = try take(UInt8(ascii: "-"))
        var value = 0
        var digits = 0
        while position < bytes.count, 0x30...0x39 ~= bytes[position], digits < 18 {
            value = value * 10 + Int(bytes[position] - 0x30)
            digits += 1
            position += 1
        }
        guard digits > 0, position == bytes.count || !isNumberPart(bytes[position]) else {
            throw .unexpected("something else than a whole number")
        }
        return isNegative ? -value : value
    }

    /// `true`, `false` or `null` (nil).
    @_lifetime(self: copy self)
    mutating func readLiteral() throws(Refusal) -> Bool? {
        let first = try peek()
        let (word, value): (StaticString, Bool?) =
            switch first {
            case UInt8(ascii: "t"): ("true", true)
            case UInt8(ascii: "f"): ("false", false)
            default: ("null", nil)
            }
        for offset in 0..<word.utf8CodeUnitCount {
            guard position < bytes.count, bytes[position] == word.utf8Start[offset] else {
                throw .unexpected("something else than true, false or null")
            }
            position += 1
        }
        return value
    }

    private func isNumberPart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "-"),
            UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }

    /// Past one value of any kind: brackets must balance, strings must end; nothing more is checked.
    @_lifetime(self: copy self)
    mutating func skipValue() throws(Refusal) {
        var depth = 0
        repeat {
            switch try peek() {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                guard depth <= Self.deepest else { throw .unexpected("more than \(Self.deepest) levels") }
                position += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                guard depth > 0 else { throw .unexpected("a closing bracket") }
                depth -= 1
                position += 1
            case UInt8(ascii: ","), UInt8(ascii: ":"):
                guard depth > 0 else { throw .unexpected("no value") }
                position += 1
            case UInt8(ascii: "\""): try skipString()
            case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"): _ = try readLiteral()
            default:
                let start = position
                while position < bytes.count, isNumberPart(bytes[position]) { position += 1 }
                guard position > start else { throw .unexpected("no value") }
            }
        } while depth > 0
    }

    @_lifetime(self: copy self)
    private mutating func skipString() throws(Refusal) {
        position += 1
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: "\"") { return }
            if byte == UInt8(ascii: "\\") { position += 1 }
        }
        throw .unexpected("the end of the file in a string")
    }

    /// Back to a position that this scanner was at.
    @_lifetime(self: copy self)
    mutating func rewind(to earlier: Int) { position = min(earlier, position) }

    /// True where only white space is left.
    @_lifetime(self: copy self)
    mutating func isAtEnd() -> Bool {
        while position < bytes.count, bytes[position] <= 0x20 { position += 1 }
        return position >= bytes.count
    }
}
