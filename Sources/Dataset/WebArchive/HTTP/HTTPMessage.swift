/// The HTTP message in the block of a `response`, `request` or `revisit` record (RFC 9112), as a view into the record's bytes.
///
///     "HTTP/1.1 200 OK" or "GET / HTTP/1.1", header lines, an empty line, body
///
/// Read as generously as the web writes it: lines may end in LF alone, the reason may be missing, the version may be "HTTP/2", and a block that begins
/// with no start line at all is all body. Limits: 1 MiB of header and 65,536 fields are read.
public struct HTTPMessage: Sendable {
    /// The first line.
    public enum StartLine: Sendable, Equatable {
        case response(version: String, status: Int, reason: String)
        case request(method: String, target: String, version: String)
        /// There is none: the whole block is the body.
        case absent
    }

    public let startLine: StartLine
    public let headers: HeaderFields
    /// Where in the record's bytes the body is, as it came over the wire.
    public let bodyRange: Range<Int>
    private let storage: [UInt8]

    static let maximumHeaderBytes = 1 << 20

    /// Reads the message in the block of `record`.
    public init(_ record: WARCRecord) {
        self.init(record.bytes, in: record.blockRange)
    }

    /// Reads the message in `bytes[range]`.
    public init(_ bytes: [UInt8], in range: Range<Int>) {
        storage = bytes
        var scanner = HeaderScanner()
        var bodyStart = range.lowerBound
        var first = StartLine.absent
        bytes.withUnsafeBytes { raw in
            let limit = min(range.upperBound, range.lowerBound + HTTPMessage.maximumHeaderBytes)
            let newline = raw[range.lowerBound..<limit].firstIndex(of: 10)
            let line = raw[range.lowerBound..<(newline ?? limit)].trimmingSpace
            guard let start = StartLine(line) else { return }
            first = start
            let visible = UnsafeRawBufferPointer(rebasing: raw[..<limit])
            bodyStart = newline.flatMap { scanner.scan(visible, from: $0 + 1) } ?? limit
        }
        startLine = first
        headers = HeaderFields(storage: bytes, fields: scanner.fields)
        bodyRange = bodyStart..<range.upperBound
    }

    /// The body as it came over the wire, with its transfer and content codings.
    public var body: ArraySlice<UInt8> { storage[bodyRange] }

    /// The status of a response.
    public var status: Int? {
        if case .response(_, let status, _) = startLine { status } else { nil }
    }

    /// What Content-Type says.
    public var mediaType: MediaType? { headers["Content-Type"].flatMap { MediaType($0) } }
}

extension HTTPMessage.StartLine {
    /// Nil where `line` is neither a status line nor a request line.
    init?(_ line: Slice<UnsafeRawBufferPointer>) {
        let words = line.split(maxSplits: 2, whereSeparator: \.isSpace)
        func text(_ index: Int) -> String { index < words.count ? String(decoding: words[index], as: UTF8.self) : "" }
        guard let first = words.first else { return nil }
        if first.count >= 5, first.prefix(5).equalsIgnoringCase("HTTP/") {
            guard words.count >= 2, words[1].count == 3, let status = Int(text(1)), status >= 0 else { return nil }
            self = .response(version: text(0), status: status, reason: text(2))
        } else if words.count >= 2, let last = line.split(whereSeparator: \.isSpace).last,
            last.prefix(5).equalsIgnoringCase("HTTP/"),
            first.count <= 32, first.allSatisfy({ $0.isLetter || $0 == 45 || $0 == 95 })
        {
            let target = line[first.endIndex..<last.startIndex].trimmingSpace
            self = .request(
                method: text(0), target: String(decoding: target, as: UTF8.self),
                version: String(decoding: last, as: UTF8.self))
        } else {
            return nil
        }
    }
}
