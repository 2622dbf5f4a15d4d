import Glibc
import Synchronization
import Testing

@testable import ObjectStore

@Suite("A bucket as a store")
struct S3StoreTests {
    static let server: String? = getenv("LEAT_S3_ENDPOINT").map { String(cString: $0) }

    static func store(_ server: LoopbackServer, attempts: Int = 3) throws -> S3Store {
        var settings = S3Settings(bucket: "bucket", endpoint: server.url, credentials: S3SigningTests.credentials)
        settings.retry = RetryPolicy(attempts: attempts, pause: { _ in })
        return try S3Store(settings, prefix: "data")
    }

    @Test(
        "a real server: it does what every store does",
        .enabled(if: server != nil, "LEAT_S3_ENDPOINT names no server: see ops/lib/check-s3"))
    func contract() throws {
        var settings = S3Settings.fromEnvironment(bucket: "leat-test")
        settings.endpoint = Self.server ?? ""
        settings.addressing = .path
        settings.partBytes = 5 << 20
        try StoreContract(store: S3Store(settings, prefix: "run-\(getpid())"), root: "root").check()
    }

    @Test("a real server refuses a wrong secret", .enabled(if: server != nil))
    func wrongSecret() throws {
        var settings = S3Settings.fromEnvironment(bucket: "leat-test")
        settings.endpoint = Self.server ?? ""
        settings.addressing = .path
        settings.credentials = S3Credentials(accessKey: settings.credentials?.accessKey ?? "", secretKey: "wrong")
        let error = #expect(throws: ObjectStoreError.self) { try S3Store(settings).put("x", [1]) }
        #expect(error?.kind == .accessDenied)
    }

    @Test("a listing goes on over several pages, and undoes the encoding of keys")
    func pages() throws {
        let server = LoopbackServer { request, _ in
            let isSecond = request.target.contains("continuation-token=next%20one")
            let content =
                isSecond
                ? "<Contents><Key>data%2Fb%2Bc&amp;</Key><Size>2</Size></Contents><IsTruncated>false</IsTruncated>"
                : "<IsTruncated>true</IsTruncated><NextContinuationToken>next one</NextContinuationToken><Contents><Key>data%2Fx</Key><Size>1</Size></Contents>"
            return LoopbackServer.answer(
                "200 OK",
                body: Array("<ListBucketResult><EncodingType>url</EncodingType>\(content)</ListBucketResult>".utf8))
        }
        defer { server.stop() }
        #expect(try Self.store(server).list(prefix: "").map(\.key) == ["b+c&", "x"])
    }

    @Test("a conditional write whose answer was lost is recognised as one's own")
    func ownWrite() throws {
        let server = LoopbackServer { request, number in
            switch (request.method, number) {
            case ("PUT", 0): []
            case ("PUT", _): LoopbackServer.answer("412 Precondition Failed")
            default: LoopbackServer.answer("206 Partial Content", ["Content-Range: bytes 0-2/3"], body: [1, 2, 3])
            }
        }
        defer { server.stop() }
        try Self.store(server).putIfAbsent("lock", [1, 2, 3])
        #expect(throws: ObjectStoreError.self) { try Self.store(server, attempts: 1).putIfAbsent("lock", [4]) }
    }

    @Test("an upload that fails in the middle is aborted")
    func aborts() throws {
        let server = LoopbackServer { request, _ in
            if request.method == "POST" {
                return LoopbackServer.answer("200 OK", body: Array("<R><UploadId>u1</UploadId></R>".utf8))
            }
            return LoopbackServer.answer(request.method == "PUT" ? "403 Forbidden" : "204 No Content")
        }
        defer { server.stop() }
        do {
            let writer = try Self.store(server).write("big")
            #expect(throws: ObjectStoreError.self) {
                try [UInt8](repeating: 1, count: 9 << 20).withUnsafeBytes { try writer.write($0) }
            }
        }
        #expect(server.requests.map(\.method) == ["POST", "PUT", "DELETE"])
        #expect(server.requests.last?.target == "/bucket/data/big?uploadId=u1")
    }

    @Test("an error in an answer of success is an error")
    func errorIn200() throws {
        let server = LoopbackServer { request, _ in
            if request.target.hasSuffix("?uploads=") {
                return LoopbackServer.answer("200 OK", body: Array("<R><UploadId>u1</UploadId></R>".utf8))
            }
            if request.method == "PUT" { return LoopbackServer.answer("200 OK", ["ETag: \"x\""]) }
            return LoopbackServer.answer("200 OK", body: Array("<Error><Code>EntityTooSmall</Code></Error>".utf8))
        }
        defer { server.stop() }
        let writer = try Self.store(server).write("big")
        try [UInt8](repeating: 1, count: 9 << 20).withUnsafeBytes { try writer.write($0) }
        #expect(throws: ObjectStoreError.self) { try writer.finish() }
    }

    @Test("addresses: what is a bucket, and what is not")
    func addresses() {
        #expect(S3Settings.parse("s3://bucket/a/b.warc.gz")?.key == "a/b.warc.gz")
        #expect(S3Settings.parse("s3://bucket")?.key == "")
        for wrong in ["s3://", "s3://A", "s3://evil.com:80/x", "s3://user@host/x", "http://bucket/x", "s3://a..b/x"] {
            #expect(S3Settings.parse(wrong) == nil, "\(wrong)")
        }
    }
}
