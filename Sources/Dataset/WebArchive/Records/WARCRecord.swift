/// One WARC record (ISO 28500, WARC/0.17 to 1.1) held whole in memory:
///
///     "WARC/1.1" CRLF, header lines "name: value" CRLF, CRLF, block of Content-Length bytes, CRLF CRLF
///
/// Headers and block are views into `bytes`: nothing is copied. Reading one is linear in its header and independent of its block.
public struct WARCRecord: Sendable {
    /// The record as it was found, header, block and as much of the separator as there was.
    public let bytes: [UInt8]
    /// The header lines in order.
    public let headers: HeaderFields
    /// Where in `bytes` the block is.
    public let blockRange: Range<Int>
    /// WARC-Type.
    public let kind: RecordKind

    init(bytes: [UInt8], fields: [HeaderFields.Field], blockRange: Range<Int>) {
        self.bytes = bytes
        headers = HeaderFields(storage: bytes, fields: fields)
        self.blockRange = blockRange
        kind = RecordKind(headers.bytes("WARC-Type"))
    }

    /// Reads the record that `bytes` are: exactly one, from its first byte. A block that is shorter than declared, or has no usable length, is what there is.
    /// Nil if the bytes do not begin with a WARC version line or their header does not end.
    public static func parse(_ bytes: [UInt8]) -> WARCRecord? {
        guard bytes.count < Int(UInt32.max) else { return nil }
        var scanner = HeaderScanner()
        let blockStart: Int? = bytes.withUnsafeBytes { raw in
            guard RecordStart.isWARC(raw), let line = raw.firstIndex(of: 10) else { return nil }
            return scanner.scan(raw, from: line + 1)
        }
        guard let blockStart else { return nil }
        let headers = HeaderFields(storage: bytes, fields: scanner.fields)
        var end = bytes.count
        if case .bytes(let length) = ContentLength(headers.bytes("Content-Length")), length <= UInt64(end - blockStart)
        {
            end = blockStart + Int(length)
        }
        return WARCRecord(bytes: bytes, fields: scanner.fields, blockRange: blockStart..<end)
    }

    /// The block: for a response the whole HTTP message, headers and body as they were on the wire.
    public var block: ArraySlice<UInt8> { bytes[blockRange] }

    /// WARC-Target-URI, without the angle brackets that old tools put around it; spaces in it are kept.
    public var targetURI: String? {
        guard let value = headers["WARC-Target-URI"] else { return nil }
        return value.hasPrefix("<") && value.hasSuffix(">") ? String(value.dropFirst().dropLast()) : value
    }

    /// WARC-Date as written. It may be anything: see ``WARCDate`` for its meaning.
    public var date: String? { headers["WARC-Date"] }

    /// WARC-Record-ID as written, `<urn:uuid:…>` as a rule.
    public var identifier: String? { headers["WARC-Record-ID"] }

    /// Content-Type of the block.
    public var contentType: String? { headers["Content-Type"] }
}
