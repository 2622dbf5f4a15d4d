// The head of a WARC record (ISO 28500, WARC 1.1, section 4), as far as a line about it needs:
//   WARC/1.1 CRLF, then lines `Name: value` CRLF, then an empty line; then the block.
// The block of a `response` begins with an HTTP status line and headers of the same form.

/// One page of `web.pages` in a line: address, type, status and size.
struct TailWebPage {
    private var address = ""
    private var recordType = ""
    private var date = ""
    private var blockBytes: Int64?
    private var status: String?
    private var mediaType: String?

    /// Heads longer than this are not looked into.
    private static let headLimit = 64 << 10

    /// Nil where the value does not begin as a WARC record does.
    init?(_ value: [UInt8]) {
        guard value.starts(with: "WARC/".utf8), let head = Self.head(value[...]) else { return nil }
        var blockType: String?
        for (name, text) in head.fields {
            switch name {
            case "warc-target-uri": address = text.hasPrefix("<") && text.hasSuffix(">") ? String(text.dropFirst().dropLast()) : text
            case "warc-type": recordType = text
            case "warc-date": date = text
            case "content-length": blockBytes = Int64(text)
            case "content-type": blockType = text
            default: break
            }
        }
        guard blockType?.hasPrefix("application/http") == true, let http = Self.head(head.rest), http.first.hasPrefix("HTTP/") else {
            mediaType = blockType
            return
        }
        status = http.first.split(separator: " ").dropFirst().first.map(String.init)
        mediaType = http.fields.last { $0.name == "content-type" }?.value
    }

    private static func head(_ bytes: ArraySlice<UInt8>) -> (first: String, fields: [(name: String, value: String)], rest: ArraySlice<UInt8>)? {
        var rest = bytes.prefix(headLimit)
        var lines: [String] = []
        while let end = rest.firstIndex(of: 0x0A) {
            var line = rest[..<end]
            rest = rest[(end + 1)...]
            if line.last == 0x0D { line.removeLast() }
            guard !line.isEmpty else {
                let fields = lines.dropFirst().compactMap { line -> (name: String, value: String)? in
                    guard let colon = line.firstIndex(of: ":") else { return nil }
                    let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
                    return (line[..<colon].lowercased(), String(value))
                }
                return (lines.first ?? "", fields, bytes[rest.startIndex...])
            }
            lines.append(String(decoding: line, as: UTF8.self))
        }
        return nil
    }

    var content: TailContent {
        var parts = [ByteText.oneLine(address, limit: 300), ByteText.oneLine(recordType, limit: 20)]
        if let status { parts.append(ByteText.oneLine(status, limit: 10)) }
        if let mediaType { parts.append(ByteText.oneLine(mediaType, limit: 80)) }
        if let blockBytes { parts.append(ByteText.size(blockBytes)) }
        return TailContent(
            summary: parts.joined(separator: "  "),
            json: .object([
                ("url", .string(address)), ("type", .string(recordType)), ("date", .string(date)),
                ("status", status.flatMap { Int64($0) }.map { .integer($0) } ?? .null),
                ("mediaType", mediaType.map { .string($0) } ?? .null), ("blockBytes", blockBytes.map { .integer($0) } ?? .null),
            ]))
    }
}
