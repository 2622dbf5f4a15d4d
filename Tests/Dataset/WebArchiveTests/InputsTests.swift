import Glibc
import ObjectStore
import Testing

@testable import WebArchive

@Suite("What may be named as input")
struct InputsTests {
    /// A folder with an archive, pages and other files.
    static func folder() throws -> String {
        var template = Array("/tmp/leat-inputs-XXXXXX".utf8CString)
        let path = try #require(mkdtemp(&template).map { String(cString: $0) })
        let store = try FolderStore(path: path)
        try store.put("b.warc.gz", Sample.gzip(Sample.records(3)))
        try store.put("sub/a page.HTML", Array("<p>hello</p>".utf8))
        try store.put("sub/Z.arc", [])
        try store.put("unnamed", Sample.records(1)[0])
        try store.put("notes.txt", Array("nothing".utf8))
        try store.put(".hidden.warc", [])
        symlink(path, path + "/sub/circle")
        return path
    }

    @Test("a folder gives its archives and pages, in the order of their paths' bytes")
    func folders() throws {
        let path = try Self.folder()
        let inputs = try InputExpansion(pageBase: "https://base.test").expand([path])
        #expect(
            inputs.map { $0.location.dropFirst(path.utf8.count + 1) } == [
                "b.warc.gz", "sub/Z.arc", "sub/a page.HTML", "unnamed",
            ])
        #expect(inputs.map(\.kind) == [.archive, .archive, .html, .archive])
        #expect(inputs[2].pageURI == "https://base.test/sub/a%20page.HTML" && inputs[2].bytes == 12)
        #expect(try InputExpansion().expand([path, path + "/b.warc.gz"]).count == 5)
    }

    @Test("a page is read as a resource record, dated by its file")
    func page() throws {
        let path = try Self.folder() + "/sub/a page.HTML"
        var times = [timespec(tv_sec: 1_767_323_045, tv_nsec: 0), timespec(tv_sec: 1_767_323_045, tv_nsec: 0)]
        utimensat(AT_FDCWD, path, &times, 0)
        let input = try #require(try InputExpansion().expand([path]).first)
        let record = try #require(try input.reader().next())
        #expect(record.kind == .resource && record.contentType == "text/html" && record.date == "2026-01-02T03:04:05Z")
        #expect(
            record.targetURI?.hasPrefix("file:///") == true && record.targetURI?.hasSuffix("/sub/a%20page.HTML") == true
        )
        #expect(record.block.elementsEqual("<p>hello</p>".utf8))
    }

    @Test("lists of Common Crawl: lines, ranges, prefix")
    func lists() throws {
        let list = WARCWriter.gzipMember(Array((1...5).map { "crawl-data/\($0).warc.gz\n" }.joined().utf8))
        func expand(_ argument: String) throws -> [String] {
            try InputExpansion().expand([argument]) { (_) throws(ObjectStoreError) in MemoryByteSource(list) }.map(
                \.location)
        }
        #expect(try expand("https://x.test/warc.paths.gz").count == 5)
        #expect(
            try expand("warc.paths.gz#2-3") == [
                "https://data.commoncrawl.org/crawl-data/2.warc.gz",
                "https://data.commoncrawl.org/crawl-data/3.warc.gz",
            ])
        #expect(try expand("warc.paths.gz#4-").count == 2)
        #expect(try expand("warc.paths.gz#5") == ["https://data.commoncrawl.org/crawl-data/5.warc.gz"])
        #expect(try expand("warc.paths.gz#4-100").count == 2)
        #expect(throws: ObjectStoreError.self) { try expand("warc.paths.gz#6-7") }
    }

    @Test("URLs stay as they are, and what is not there is an error that names it")
    func others() throws {
        #expect(
            try InputExpansion().expand(["s3://bucket/a.warc.gz", "https://x.test/b.warc"]).map(\.location) == [
                "s3://bucket/a.warc.gz", "https://x.test/b.warc",
            ])
        let error = #expect(throws: ObjectStoreError.self) { try InputExpansion().expand(["/nowhere/at/all"]) }
        #expect(error?.kind == .notFound && error?.location == "/nowhere/at/all")
    }
}
