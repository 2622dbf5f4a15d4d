import CDeflate
import CZlib
import Testing

@testable import WebArchive

@Suite("HTTP messages as the web writes them")
struct HTTPMessageTests {
    static func message(_ text: String, body: [UInt8] = []) -> HTTPMessage {
        let bytes = Array(text.utf8) + body
        return HTTPMessage(bytes, in: 0..<bytes.count)
    }

    static func deflate(_ bytes: [UInt8], bare: Bool = false) -> [UInt8] {
        let compressor = libdeflate_alloc_compressor(6)
        defer { libdeflate_free_compressor(compressor) }
        let room = bytes.count + 1000
        return [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            count =
                bare
                ? libdeflate_deflate_compress(compressor, bytes, bytes.count, buffer.baseAddress, room)
                : libdeflate_zlib_compress(compressor, bytes, bytes.count, buffer.baseAddress, room)
        }
    }

    static let text = Array(String(repeating: "<p>Words, and more words.</p>\n", count: 100).utf8)

    @Test(
        "status lines",
        arguments: [
            ("HTTP/1.1 200 OK", 200, "OK"), ("HTTP/2 204", 204, ""), ("HTTP/1.0 302 ", 302, ""),
            ("http/1.1 404 Not  Found", 404, "Not  Found"),
        ])
    func status(_ line: String, _ status: Int, _ reason: String) {
        for end in ["\r\n", "\n", "\r\r\n"] {
            let message = Self.message("\(line)\(end)A: b\(end)\(end)body")
            #expect(message.status == status)
            if case .response(_, _, let found) = message.startLine {
                #expect(found == reason)
            } else {
                Issue.record("no response")
            }
            #expect(message.headers.count == 1 && message.headers["a"] == "b")
            #expect(message.body.elementsEqual("body".utf8))
        }
    }

    @Test(
        "a block without a start line is all body",
        arguments: ["<html>\n\n</html>", "", "HTTP/1.1 abc\n\n", "a: b\n\nc", "\n"])
    func noHeader(_ block: String) {
        let message = Self.message(block)
        #expect(message.startLine == .absent && message.body.elementsEqual(block.utf8))
    }

    @Test("a request, its target with spaces in it")
    func request() {
        #expect(
            Self.message("GET /a b?c=d e HTTP/1.1\r\nHost: x\r\n\r\n").startLine
                == .request(method: "GET", target: "/a b?c=d e", version: "HTTP/1.1"))
    }

    @Test("headers: order, repetition, folding, two thousand of them")
    func headers() {
        let message = Self.message(
            "HTTP/1.1 200 OK\r\nX-A: 1\r\nbroken line\r\nx-a : 2\r\nFold: one\r\n  two\r\n\tthree\r\nEmpty:\r\n\r\n")
        #expect(message.headers.all("X-A") == ["1", "2"])
        #expect(message.headers["fold"] == "one two three")
        #expect(message.headers.first(named: "EMPTY") == "")
        #expect(message.headers.pairs.map(\.name) == ["X-A", "x-a", "Fold", "Empty"])
        let many = Self.message("HTTP/1.1 200 OK\r\n" + (0..<2000).map { "H\($0): \($0)\r\n" }.joined() + "\r\nbody")
        #expect(many.headers.count == 2000 && many.headers["h1999"] == "1999" && many.body.count == 4)
    }

    @Test("a header without end is not read without end")
    func endlessHeader() {
        let message = Self.message("HTTP/1.1 200 OK\r\n", body: [UInt8](repeating: UInt8(ascii: "a"), count: 3 << 20))
        #expect(message.bodyRange.lowerBound <= 1 << 20)
        let lines = Self.message("HTTP/1.1 200 OK\r\n", body: Array(String(repeating: "a:\n", count: 1 << 19).utf8))
        #expect(lines.headers.count <= 65_536)
    }

    @Test(
        "chunks",
        arguments: [
            ("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", "hello world", [DecodedBody.Issue]()),
            ("5;name=value\r\nhello\r\n0\r\nTrailer: x\r\n\r\n", "hello", []),
            ("5\nhello\n0\n\n", "hello", []), ("05  \r\nhello\r\n0\r\n\r\n", "hello", []),
            ("5\r\nhello\r\n6\r\n wo", "hello wo", [.chunksCut]), ("5\r\nhello\r\n", "hello", [.chunksCut]),
            ("5\r\nhello\r\nzz\r\n", "hello", [.chunksCut]),
            ("<html>no chunks</html>", "<html>no chunks</html>", [.notChunked]),
            ("abc of text\n", "abc of text\n", [.notChunked]),
            ("fffffffffffffffffffff\r\nx", "fffffffffffffffffffff\r\nx", [.notChunked]), ("0\r\n\r\n", "", []),
        ])
    func chunks(_ body: String, _ expected: String, _ issues: [DecodedBody.Issue]) {
        let decoded = Self.message("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(body)").decodedBody()
        #expect(String(decoding: decoded.bytes, as: UTF8.self) == expected)
        #expect(decoded.issues == issues)
    }

    static let codings: [(String, [UInt8])] = [
        ("gzip", WARCWriter.gzipMember(text)), ("x-gzip", WARCWriter.gzipMember(text)), ("deflate", deflate(text)),
        ("deflate", deflate(text, bare: true)),
        ("zstd", Sample.zstdFrame(text)), ("gzip, gzip", WARCWriter.gzipMember(WARCWriter.gzipMember(text))),
        ("deflate, zstd", Sample.zstdFrame(deflate(text))),
        ("GZIP", WARCWriter.gzipMember(text) + [0, 0, 0]), ("identity", text),
        ("gzip", WARCWriter.gzipMember(Array(text[..<999])) + WARCWriter.gzipMember(Array(text[999...]))),
    ]

    @Test("content codings", arguments: codings.indices)
    func contentCodings(_ index: Int) {
        let (name, coded) = Self.codings[index]
        let decoded = Self.message("HTTP/1.1 200 OK\r\nContent-Encoding: \(name)\r\n\r\n", body: coded).decodedBody()
        #expect(decoded.bytes == Self.text && decoded.issues.isEmpty, "\(name): \(decoded.issues)")
        guard name != "identity" else { return }
        let cut = Self.message(
            "HTTP/1.1 200 OK\r\nContent-Encoding: \(name)\r\n\r\n", body: Array(coded.prefix(coded.count / 2))
        ).decodedBody()
        #expect(cut.isCut && Self.text.starts(with: cut.bytes), "\(name) cut: \(cut.issues)")
        let bounded = Self.message("HTTP/1.1 200 OK\r\nContent-Encoding: \(name)\r\n\r\n", body: coded).decodedBody(
            limit: 500)
        #expect(bounded.bytes == Array(Self.text[..<500]) || name.contains(","), "\(name)")
        #expect(bounded.isCut)
    }

    @Test("a coding that is declared over plain text is passed over", arguments: ["gzip", "deflate", "br", "zstd"])
    func notEncoded(_ name: String) {
        for text in [
            Self.text, Array("Just one line of words.".utf8), Array("{\"a\": [1, 2, 3]}".utf8),
            Array("<!DOCTYPE html><html></html>".utf8),
        ] {
            let decoded = Self.message("HTTP/1.1 200 OK\r\nContent-Encoding: \(name)\r\n\r\n", body: text).decodedBody()
            #expect(decoded.bytes == text && decoded.issues == [.notEncoded(name)], "\(name): \(decoded.issues)")
        }
    }

    @Test("codings that are not known, or too many")
    func unknown() {
        #expect(
            Self.message("HTTP/1.1 200 OK\r\nContent-Encoding: sdch\r\n\r\nbody").decodedBody().issues == [
                .unknownEncoding("sdch")
            ])
        let many = Self.message(
            "HTTP/1.1 200 OK\r\nContent-Encoding: " + (0..<1000).map { _ in "gzip" }.joined(separator: ",")
                + "\r\n\r\nbody"
        ).decodedBody()
        #expect(many.bytes.count == 4 && many.issues.count == 1)
    }

    @Test(
        "media types",
        arguments: [
            ("text/html", "text/html", nil), ("Text/HTML; Charset=UTF-8", "text/html", "UTF-8"),
            ("text/html;charset=\"iso-8859-1\"", "text/html", "iso-8859-1"),
            ("text/html; a=\";charset=x\"; charset='big5'", "text/html", "big5"),
            ("text/html; charset=", "text/html", nil), (" text/plain ;charset = utf-8 ", "text/plain", "utf-8"),
        ] as [(String, String, String?)])
    func mediaTypes(_ text: String, _ essence: String, _ charset: String?) {
        let type = MediaType(text)
        #expect(type?.essence == essence && type?.charset == charset)
    }

    @Test(
        "what is no media type",
        arguments: ["", "html", "/", "text/", "/html", ";charset=utf-8", "text/html, text/plain"])
    func noMediaTypes(_ text: String) { #expect(MediaType(text) == nil) }
}
