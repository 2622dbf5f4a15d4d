import Synchronization
import Testing

@testable import ObjectStore

@Suite("Reading over HTTP")
struct HTTPReadingTests {
    static let content: [UInt8] = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 7) }

    /// Retries without waiting.
    static func policy(_ attempts: Int = 5) -> RetryPolicy { RetryPolicy(attempts: attempts, pause: { _ in }) }

    static func partial(_ request: LoopbackServer.Request, sending count: Int? = nil, tag: String = "\"one\"")
        -> [UInt8]
    {
        let start = request.rangeStart ?? 0
        let rest = Array(content[min(start, content.count)...])
        return LoopbackServer.answer(
            "206 Partial Content",
            ["Content-Range: bytes \(start)-\(content.count - 1)/\(content.count)", "ETag: \(tag)"],
            body: Array(rest.prefix(count ?? rest.count)), declared: rest.count)
    }

    @Test("a resource is read whole, and its length is known")
    func whole() throws {
        let server = LoopbackServer { request, _ in Self.partial(request) }
        defer { server.stop() }
        let source = HTTPByteSource(url: server.url + "/file", retry: Self.policy())
        let isSame = try source.readAll(limit: 4 << 20) == Self.content
        #expect(isSame)
        #expect(source.totalBytes == UInt64(Self.content.count))
        #expect(server.requests.count == 1)
    }

    @Test("a connection that breaks is taken up at the byte where it broke")
    func resumes() throws {
        let server = LoopbackServer { request, number in
            Self.partial(request, sending: number < 4 ? 500_000 + number : nil)
        }
        defer { server.stop() }
        let source = HTTPByteSource(url: server.url + "/file", retry: Self.policy())
        let isSame = try source.readAll(limit: 4 << 20) == Self.content
        #expect(isSame)
        #expect(server.requests.map(\.rangeStart) == [0, 500_000, 1_000_001, 1_500_003, 2_000_006])
    }

    @Test("answers that ask to come later are obeyed, with pauses that grow")
    func retries() throws {
        let pauses = Mutex<[Int]>([])
        let server = LoopbackServer { request, number in
            number < 3
                ? LoopbackServer.answer("503 Slow Down", number == 2 ? ["Retry-After: 7"] : []) : Self.partial(request)
        }
        defer { server.stop() }
        let policy = RetryPolicy(
            attempts: 5, firstPause: 100, longestPause: 5000, pause: { time in pauses.withLock { $0.append(time) } })
        let source = HTTPByteSource(url: server.url, retry: policy)
        #expect(try source.readAll(limit: 4 << 20).count == Self.content.count)
        let waited = pauses.withLock { $0 }
        #expect(waited.count == 3)
        #expect((50...100).contains(waited[0]) && (100...200).contains(waited[1]) && waited[2] == 5000)
    }

    @Test("it gives up in the end, and says where")
    func givesUp() throws {
        let server = LoopbackServer { _, _ in LoopbackServer.answer("500 Internal Server Error") }
        defer { server.stop() }
        let error = #expect(throws: ObjectStoreError.self) {
            try HTTPByteSource(url: server.url, retry: Self.policy(3)).readAll(limit: 100)
        }
        #expect(error?.kind == .unavailable)
        #expect(server.requests.count == 3)
    }

    @Test("a resource that changes while it is read is an error")
    func changes() throws {
        let server = LoopbackServer { request, number in
            Self.partial(request, sending: number == 0 ? 1000 : nil, tag: number == 0 ? "\"one\"" : "\"two\"")
        }
        defer { server.stop() }
        let error = #expect(throws: ObjectStoreError.self) {
            try HTTPByteSource(url: server.url, retry: Self.policy()).readAll(limit: 4 << 20)
        }
        #expect(error?.kind == .invalidResponse)
    }

    @Test("a server without ranges is read from its beginning")
    func withoutRanges() throws {
        let server = LoopbackServer { _, _ in LoopbackServer.answer("200 OK", body: Self.content) }
        defer { server.stop() }
        let source = HTTPByteSource(url: server.url, retry: Self.policy())
        let isSame = try source.readAll(from: 2_000_000, limit: 4 << 20) == Array(Self.content[2_000_000...])
        #expect(isSame)
    }

    @Test("redirects are followed, but not for ever")
    func redirects() throws {
        let server = LoopbackServer { request, _ in
            switch request.target {
            case "/a": LoopbackServer.answer("302 Found", ["Location: /b"])
            case "/b": Self.partial(request)
            default: LoopbackServer.answer("302 Found", ["Location: /loop"])
            }
        }
        defer { server.stop() }
        #expect(
            try HTTPByteSource(url: server.url + "/a", retry: Self.policy()).readAll(limit: 4 << 20).count
                == Self.content.count)
        #expect(throws: ObjectStoreError.self) {
            try HTTPByteSource(url: server.url + "/loop", retry: Self.policy(1)).readAll(limit: 100)
        }
    }

    @Test("what is not there, and what is behind the end")
    func edges() throws {
        let server = LoopbackServer { request, _ in
            if request.target == "/none" { return LoopbackServer.answer("404 Not Found") }
            return (request.rangeStart ?? 0) >= Self.content.count
                ? LoopbackServer.answer("416 Range Not Satisfiable", ["Content-Range: bytes */\(Self.content.count)"])
                : Self.partial(request)
        }
        defer { server.stop() }
        let error = #expect(throws: ObjectStoreError.self) {
            try HTTPByteSource(url: server.url + "/none", retry: Self.policy()).readAll(limit: 10)
        }
        #expect(error?.kind == .notFound)
        #expect(try HTTPByteSource(url: server.url, retry: Self.policy()).readAll(from: 4_000_000, limit: 10) == [])
    }

    @Test("an endless header is refused")
    func endlessHeader() throws {
        let server = LoopbackServer { _, _ in
            LoopbackServer.answer("200 OK", (0..<5000).map { "X-\($0): " + String(repeating: "a", count: 200) })
        }
        defer { server.stop() }
        #expect(throws: ObjectStoreError.self) {
            try HTTPByteSource(url: server.url, retry: Self.policy(1)).readAll(limit: 10)
        }
    }
}
