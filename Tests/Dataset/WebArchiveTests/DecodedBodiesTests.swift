import ObjectStore
import Testing

@testable import WebArchive

@Suite("Bodies of the archives at hand", .enabled(if: SharedData.isThere))
struct DecodedBodiesTests {
    /// The value of a string or number field in a line of JSON that has no escapes in what we ask for.
    static func field(_ name: String, _ line: Substring) -> String? {
        guard let key = line.range(of: "\"\(name)\": ") else { return nil }
        let rest = line[key.upperBound...]
        return rest.first == "\""
            ? String(rest.dropFirst().prefix { $0 != "\"" }) : String(rest.prefix { $0 != "," && $0 != "}" })
    }

    @Test("every body of cc_style decodes to the bytes that went in")
    func decoded() throws {
        let lines = String(decoding: try SharedData.bytes("made/expected.jsonl"), as: UTF8.self).split(separator: "\n")
        var expected: [String: (sha1: String, bytes: Int)] = [:]
        for line in lines where Self.field("file", line) == "cc_style.warc.gz" {
            expected[Self.field("url", line)!] = (Self.field("payload_sha1", line)!, Int(Self.field("bytes", line)!)!)
        }
        #expect(expected.count > 100)
        for file in ["made/cc_style.warc.gz", "made/cc_style_dict.warc.zst"] {
            var seen = 0
            let reader = try ArchiveReader(FileByteSource(path: SharedData.folder! + "/" + file))
            while let record = try reader.next() {
                guard record.kind == .response, let uri = record.targetURI, let wanted = expected[uri] else { continue }
                let body = HTTPMessage(record.record).decodedBody()
                #expect(body.bytes.count == wanted.bytes, "\(uri)")
                #expect(
                    ContentDigest.hexadecimal(ContentDigest.sha1.digest(of: body.bytes)) == wanted.sha1,
                    "\(uri) \(body.issues)")
                #expect(record.record.checkPayloadDigest() == .matches)
                #expect(record.record.checkBlockDigest() == .matches)
                seen += 1
            }
            #expect(seen == 160)
        }
    }

    @Test("a body of 200 MB in 200 kB is cut at the limit and marked")
    func bomb() throws {
        let reader = try ArchiveReader(
            FileByteSource(path: SharedData.folder! + "/made/gzip_bomb_200MB_in_200KB.warc.gz"))
        let record = try #require(try reader.next())
        let body = HTTPMessage(record.record).decodedBody()
        #expect(body.bytes.count == 16 << 20)
        #expect(body.isCut && body.issues == [.overLimit])
    }

    @Test("brotli and gzip bodies of another tool decode", arguments: ["brotli", "gzip", "none"])
    func transferCompression(_ name: String) throws {
        let reader = try ArchiveReader(
            FileByteSource(path: SharedData.folder! + "/real/webarchive-discovery--transfer_compression_\(name).warc"))
        var bodies = 0
        while let record = try reader.next() {
            guard record.kind == .response else { continue }
            let body = HTTPMessage(record.record).decodedBody()
            #expect(body.issues.isEmpty)
            #expect(String(decoding: body.bytes, as: UTF8.self).utf8.allSatisfy { $0 != 0 } && !body.bytes.isEmpty)
            bodies += 1
        }
        #expect(bodies > 0)
    }
}

extension Substring {
    func range(of text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}
