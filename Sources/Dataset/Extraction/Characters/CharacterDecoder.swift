/// Turns the bytes of a document into UTF-8, whatever charset they are in and whatever is said about it.
///
/// The order of evidence, the one that was right most often on pages with true, missing and false declarations:
/// byte-order mark; escapes of ISO 2022; well-formed UTF-8; the charset in the HTTP header, then the one in the document,
/// each only if the bytes are clean text in it; what the bytes look like; last, whatever reads them with least damage.
/// Declarations are not taken at their word: servers declare for a whole site what single pages are not.
///
/// Output is always well-formed UTF-8. Nothing throws: any bytes at all have a reading, and `DecodedText` says how good.
/// Units: bytes. Threads: a value; any number of threads may decode with it at once.
/// Limits: time and memory are linear in the input, with at most three conversions; the caller bounds the input.
public struct CharacterDecoder: Sendable {
    /// Most bytes that statistics are made of where nothing else decides.
    public var detectionBudgetBytes: Int

    public init(detectionBudgetBytes: Int = 64 << 10) {
        self.detectionBudgetBytes = detectionBudgetBytes
    }

    /// Decodes a document. Well-formed UTF-8 without a mark is handed back as it is, without a copy.
    ///
    /// - Parameters:
    ///   - bytes: the document as it came, after transfer and content decoding.
    ///   - contentType: the HTTP Content-Type field, or a charset's label alone.
    ///   - isHTML: whether to look for `meta` elements (an XML declaration counts in any case).
    public func decode(_ bytes: [UInt8], contentType: String? = nil, isHTML: Bool = true) -> DecodedText {
        bytes.withUnsafeBytes { raw in
            decode(raw, contentType: contentType, isHTML: isHTML) { start in
                start == 0 ? bytes : Array(bytes[start...])
            }
        }
    }

    /// Decodes a document that lies in someone else's memory. Well-formed UTF-8 is copied once.
    public func decode(_ bytes: Span<UInt8>, contentType: String? = nil, isHTML: Bool = true) -> DecodedText {
        bytes.withUnsafeBytes { raw in
            decode(raw, contentType: contentType, isHTML: isHTML) { start in Array(raw[start...]) }
        }
    }

    /// `unchanged(start)` gives the bytes from `start` on as they are.
    private func decode(
        _ bytes: UnsafeRawBufferPointer, contentType: String?, isHTML: Bool, unchanged: (Int) -> [UInt8]
    ) -> DecodedText {
        if let mark = ByteOrderMark(bytes), mark.charset != .utf8 {
            return text(bytes, after: mark)
        }
        let start = ByteOrderMark(bytes)?.byteCount ?? 0
        let content = UnsafeRawBufferPointer(rebasing: bytes[start...])
        let scan = UTF8Scanner.scan(content)
        let evidence: DecodedText.Evidence = start > 0 ? .byteOrderMark : .strictUTF8
        if scan.isASCII, let escaped = ISO2022.decode(content) { return escaped }
        if scan.isStrict, scan.nulls == 0 {
            return DecodedText(utf8: unchanged(start), charset: .utf8, evidence: evidence, replacements: 0)
        }
        let isCutOnly = scan.malformed == 1 && scan.endsCut && scan.multiByteSequences > 0
        if start == 0, scan.nulls > 0, let bigEndian = FixedWidthDecoder.looksBigEndianUTF16(content) {
            let read = FixedWidthDecoder.decodeUTF16(content, bigEndian: bigEndian)
            return DecodedText(read, bigEndian ? .utf16be : .utf16le, .detected)
        }
        if start > 0 || scan.isStrict || isCutOnly { return repaired(content, evidence) }
        return CharsetChoice(
            bytes: content, scan: scan,
            inHTTP: CharsetDeclaration.inContentType(contentType),
            inDocument: CharsetDeclaration.inDocument(content, isHTML: isHTML),
            detector: CharsetDetector(budgetBytes: detectionBudgetBytes)
        ).decode()
    }

    private func repaired(_ content: UnsafeRawBufferPointer, _ evidence: DecodedText.Evidence) -> DecodedText {
        var read = Conversion()
        read.replacements = UTF8Scanner.appendRepaired(content, to: &read.utf8)
        return DecodedText(read, .utf8, evidence)
    }

    private func text(_ bytes: UnsafeRawBufferPointer, after mark: ByteOrderMark) -> DecodedText {
        let content = UnsafeRawBufferPointer(rebasing: bytes[mark.byteCount...])
        let read: Conversion
        switch mark.charset.conversion {
        case .utf32(let bigEndian): read = FixedWidthDecoder.decodeUTF32(content, bigEndian: bigEndian)
        default: read = FixedWidthDecoder.decodeUTF16(content, bigEndian: mark.charset == .utf16be)
        }
        return DecodedText(read, mark.charset, .byteOrderMark)
    }
}

extension DecodedText {
    init(_ read: Conversion, _ charset: Charset, _ evidence: Evidence) {
        self.init(utf8: read.utf8, charset: charset, evidence: evidence, replacements: read.replacements)
    }
}
