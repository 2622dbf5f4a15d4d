import ObjectStore

/// An ARC document as the WARC record that it would be.
///
/// The URL, date and address become WARC headers; an HTTP message becomes a `response`, anything else a `resource` of its declared type; the file's
/// description becomes a `warcinfo`. The record id is a UUID made from the SHA-1 of the line and the document, so it is the same whenever it is read.
enum ARCConversion {
    static func record(_ line: ARCLine, source: [UInt8], block: Range<Int>) -> WARCRecord {
        let url = source[line.url]
        let content = source[block]
        let isHTTP = content.starts(with: "HTTP/".utf8)
        let isDescription = url.starts(with: "filedesc:".utf8)
        var headers: [(StaticString, [UInt8])] = []
        headers.append(("WARC-Type", Array((isDescription ? "warcinfo" : isHTTP ? "response" : "resource").utf8)))
        headers.append(("WARC-Target-URI", Array(url)))
        headers.append(("WARC-Date", date(source[line.date])))
        headers.append(("WARC-Record-ID", Array(RecordIdentifier.derived(from: source[..<block.upperBound]).utf8)))
        if !source[line.address].elementsEqual("0.0.0.0".utf8), source[line.address].count > 1 {
            headers.append(("WARC-IP-Address", Array(source[line.address])))
        }
        headers.append(
            (
                "Content-Type",
                isHTTP ? Array("application/http; msgtype=response".utf8) : Array(source[line.contentType])
            ))
        return WARCWriter.record(headers, block: content)
    }

    /// `20080430204825` as `2008-04-30T20:48:25Z`; what has fewer than 14 digits is given up.
    private static func date(_ digits: ArraySlice<UInt8>) -> [UInt8] {
        let text = Array(digits)
        guard text.count >= 14, text.allSatisfy(\.isDigit) else { return Array("0001-01-01T00:00:00Z".utf8) }
        var result: [UInt8] = []
        for (index, byte) in text.prefix(14).enumerated() {
            switch index {
            case 4, 6: result.append(UInt8(ascii: "-"))
            case 8: result.append(UInt8(ascii: "T"))
            case 10, 12: result.append(UInt8(ascii: ":"))
            default: break
            }
            result.append(byte)
        }
        result.append(UInt8(ascii: "Z"))
        return result
    }
}
