import CZstd
import ObjectStore
import Testing

@testable import WebArchive

@Suite("Records, read and written")
struct RecordsTests {
    @Test("a record that is written is read back, alone and from an archive")
    func roundTrip() throws {
        let record = WARCWriter.record(
            .response, uri: "http://example.test/ä b", date: "2026-01-02T03:04:05Z", contentType: "application/http",
            extraHeaders: [("X-Note", "two\r\nlines: 1"), ("content-length", "999")],
            block: Array("HTTP/1.1 200 OK\r\n\r\nhello".utf8))
        let parsed = try #require(WARCRecord.parse(record.bytes))
        #expect(
            parsed.kind == .response && parsed.targetURI == "http://example.test/ä b"
                && parsed.date == "2026-01-02T03:04:05Z")
        #expect(parsed.headers["x-note"] == "two  lines: 1")
        #expect(parsed.headers.all("Content-Length") == ["24"])
        #expect(parsed.block.elementsEqual("HTTP/1.1 200 OK\r\n\r\nhello".utf8))
        #expect(HTTPMessage(parsed).body.elementsEqual("hello".utf8))
        let (found, reader) = try Sample.readAll(record.bytes)
        #expect(found.map(\.record.bytes) == [record.bytes] && reader.damages.isEmpty)
        #expect(found[0].warcBytes() == record.bytes)
    }

    @Test("record ids are a function of the content")
    func identifiers() {
        func identifier(_ block: String) -> String? {
            WARCWriter.record(
                .resource, uri: "http://a.test/", date: "2026-01-02T03:04:05Z", contentType: nil,
                block: Array(block.utf8)
            ).identifier
        }
        #expect(identifier("a") == identifier("a") && identifier("a") != identifier("b"))
        #expect(RecordIdentifier.derived(from: []) == "<urn:uuid:da39a3ee-5e6b-5b0d-b255-bfef95601890>")
    }

    @Test("all versions, in any case, and what is none")
    func versions() {
        for version in ["WARC/0.17", "WARC/0.18", "WARC/1.0", "warc/1.1"] {
            #expect(
                WARCRecord.parse(Array("\(version)\r\nWARC-Type: metadata\r\nContent-Length: 1\r\n\r\nx\r\n\r\n".utf8))?
                    .block.count == 1)
        }
        for wrong in [
            "", "WARC/", "WARC/x", "WARC/1", "WARC/1.0 x\r\na: b\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n",
            "WARC/1.0\r\na: b",
        ] {
            #expect(WARCRecord.parse(Array(wrong.utf8)) == nil, "\(wrong)")
        }
    }

    @Test("URIs in angle brackets, dates, repeated and folded headers")
    func headers() throws {
        let record = try #require(
            WARCRecord.parse(
                Array(
                    "WARC/1.0\nWARC-Type: Response\nWARC-Target-URI: <http://a.test/x y>\nX: a\n  b\nX: c\nContent-Length: 0\n\n\n\n"
                        .utf8)))
        #expect(
            record.kind == .response && record.targetURI == "http://a.test/x y"
                && record.headers.all("x") == ["a b", "c"])
    }

    @Test("damaged records become complete ones that say so")
    func completion() throws {
        let record = Sample.records(1, seed: 2)[0]
        let cut = try Sample.readAll(Array(record[..<(record.count - 30)])).records[0]
        #expect(cut.isCut)
        let completed = try #require(WARCRecord.parse(cut.warcBytes()))
        #expect(completed.headers["WARC-Truncated"] == "unspecified" && completed.block == cut.block)
        #expect(completed.headers["Content-Length"] == String(cut.block.count))
        #expect(try Sample.readAll(cut.warcBytes()).reader.damages.isEmpty)
    }

    @Test("an ARC file is read as WARC records", arguments: ["1 0 Test", "2 0 Test"])
    func arc(_ version: String) throws {
        let isVersion2 = version.hasPrefix("2")
        let page = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>one</p>"
        let head = version + "\nURL IP-address Archive-date Content-type Archive-length\n\n"
        let middle = isVersion2 ? " 200 abcd - 0 file.arc " : " "
        let text =
            "filedesc://t.arc 0.0.0.0 20260102030405 text/plain\(middle)\(head.utf8.count)\n\(head)\n"
            + "http://a.test/x y 10.0.0.1 20260102030406 text/html\(middle)\(page.utf8.count)\n\(page)\n"
            + "dns:a.test 10.0.0.2 20260102030407 text/dns\(middle)3\nabc\n"
        for bytes in [Array(text.utf8), WARCWriter.gzipMember(Array(text.utf8))] {
            let (found, reader) = try Sample.readAll(bytes)
            #expect(reader.damages.isEmpty && found.count == 3, "\(reader.damages)")
            #expect(found.map(\.kind) == [.warcinfo, .response, .resource])
            #expect(found[1].targetURI == "http://a.test/x y" && found[1].date == "2026-01-02T03:04:06Z")
            #expect(found[1].headers["WARC-IP-Address"] == "10.0.0.1")
            #expect(HTTPMessage(found[1].record).body.elementsEqual("<p>one</p>".utf8))
            #expect(found[2].contentType == "text/dns" && found[2].block.elementsEqual("abc".utf8))
            let again = try #require(WARCRecord.parse(found[1].warcBytes()))
            #expect(again.block == found[1].block && again.identifier == found[1].identifier)
        }
    }

    @Test("zstd with a dictionary, plain or compressed, and foreign frames between")
    func zstdDictionary() throws {
        let records = Sample.records(20, seed: 9)
        let dictionary = records.prefix(3).flatMap { $0 }
        func compressed(_ bytes: [UInt8]) -> [UInt8] {
            let context = ZSTD_createCCtx()
            defer { ZSTD_freeCCtx(context) }
            let bound = ZSTD_compressBound(bytes.count)
            return [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
                count = ZSTD_compress_usingDict(
                    context, buffer.baseAddress, bound, bytes, bytes.count, dictionary, dictionary.count, 3)
            }
        }
        func skippable(_ magic: UInt8, _ content: [UInt8]) -> [UInt8] {
            [magic, 0x2a, 0x4d, 0x18] + withUnsafeBytes(of: UInt32(content.count).littleEndian) { Array($0) } + content
        }
        for content in [dictionary, Sample.zstdFrame(dictionary)] {
            let bytes = skippable(0x5d, content) + records.flatMap { skippable(0x50, [1, 2, 3]) + compressed($0) }
            let (found, reader) = try Sample.readAll(bytes)
            let areSame = found.map(\.record.bytes) == records
            #expect(areSame && reader.damages.isEmpty, "\(reader.damages)")
            let rest = try Sample.readAll(bytes, from: found[11].position).records
            #expect(rest.count == 9 && rest[0].record.bytes == records[11])
        }
        #expect(try Sample.readAll(skippable(0x5d, dictionary)).records.isEmpty)
    }

    @Test(
        "digests in all their spellings",
        arguments: [
            "sha1:VL2MMHO4YXUKFWV63YHTWSBM3GXKSQ2N", "sha1:aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d",
            "SHA-1: qvTGHdzF6KLavt4PO0gs2a6pQ00=",
            "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
            "sha-256:LPJNul-wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ",
            "md5:5d41402abc4b2a76b9719d911017c592",
        ])
    func digests(_ text: String) throws {
        let digest = try #require(WARCDigest(text))
        #expect(digest.matches(Array("hello".utf8)) && !digest.matches(Array("hellp".utf8)))
    }

    @Test(
        "what is no digest",
        arguments: ["", "sha1", "sha1:", ":abc", "sha512:00", "sha1:zzf4c61ddcc5e8a2dabede0f3b482cd9aea9434d", "crc:1"])
    func noDigests(_ text: String) { #expect(WARCDigest(text) == nil) }

    @Test(
        "dates",
        arguments: [
            ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"), ("2019-08-15T01:02", "2019-08-15T01:02:00Z"),
            ("2016-02-29", "2016-02-29T00:00:00Z"),
            ("2026-01-02T03:04:05.678901Z", "2026-01-02T03:04:05Z"), ("20080430204825", "2008-04-30T20:48:25Z"),
            ("1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"), ("2008", "2008-01-01T00:00:00Z"),
        ])
    func dates(_ text: String, _ expected: String) { #expect(WARCDate(text)?.description == expected) }

    @Test("milliseconds since 1970")
    func milliseconds() {
        #expect(WARCDate("2026-01-02T03:04:05.678Z")?.milliseconds == 1_767_323_045_678)
        #expect(WARCDate(milliseconds: 1_767_323_045_678).description == "2026-01-02T03:04:05Z")
    }

    @Test(
        "what is no date",
        arguments: [
            "", "5088968-01-01T00:00:00Z", "2008-10-294T05:21:46-0700", "2008-13-01", "2008-10-10T24:00:00Z", "null",
            "0000-01-01",
        ])
    func noDates(_ text: String) { #expect(WARCDate(text) == nil) }
}
