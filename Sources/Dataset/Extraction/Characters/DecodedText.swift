/// The text of a document as UTF-8, with the charset that its bytes were in and why that charset was believed.
public struct DecodedText: Sendable, Equatable {
    /// What decided on the charset.
    public enum Evidence: String, Sendable, CaseIterable {
        /// U+FEFF in front.
        case byteOrderMark
        /// Escape sequences of ISO 2022 in text of seven bits.
        case iso2022Escape
        /// The bytes are well-formed UTF-8 (or ASCII).
        case strictUTF8
        /// The HTTP header says so, and the bytes agree.
        case declaredInHTTP
        /// The document says so (`<meta charset>`, `http-equiv`, XML declaration), and the bytes agree.
        case declaredInMeta
        /// The bytes look like it: nothing was declared, or nothing that the bytes agree with.
        case detected
        /// Nothing fits: the declared charset, or windows-1252, with U+FFFD for what it cannot read.
        case fallback
    }

    /// Well-formed UTF-8 without byte-order mark and without U+0000.
    public var utf8: [UInt8]

    /// The charset that the bytes were read with.
    public var charset: Charset

    public var evidence: Evidence

    /// How many U+FFFD stand for malformed or unmapped bytes, lone surrogates or U+0000.
    public var replacements: Int

    /// The canonical name of the charset: in lower case, as in the WHATWG Encoding Standard.
    public var charsetName: String { charset.rawValue }

    /// The text as a string. Copies; meant for small texts and tests.
    public var string: String { String(decoding: utf8, as: UTF8.self) }
}
