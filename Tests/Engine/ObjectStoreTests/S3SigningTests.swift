import Testing

@testable import ObjectStore

/// The expected signatures were made once by botocore 1.43's S3 signer, for the time 2026-01-02T03:04:05Z.
@Suite("Requests to S3 are signed as its own client signs them")
struct S3SigningTests {
    static let now = 1_767_323_045
    static let credentials = S3Credentials(
        accessKey: "AKIDEXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")

    static func signature(_ request: HTTPRequest) -> String {
        let line = request.headers.first { $0.name == "Authorization" }?.value ?? ""
        return line.split(separator: "=").last.map(String.init) ?? ""
    }

    static func settings(token: String? = nil) -> S3Settings {
        S3Settings(
            bucket: "bucket", endpoint: "http://127.0.0.1:8333", region: "eu-central-1",
            credentials: S3Credentials(
                accessKey: credentials.accessKey, secretKey: credentials.secretKey, sessionToken: token))
    }

    @Test("a ranged read of a key with spaces, signs and umlauts, addressed by host")
    func get() {
        let settings = S3Settings(bucket: "examplebucket", region: "eu-central-1", credentials: Self.credentials)
        let request = settings.request(
            "GET", key: "a key/with+signs/ü.txt", headers: [("Range", "bytes=10-")], now: Self.now)
        #expect(request.url == "https://examplebucket.s3.eu-central-1.amazonaws.com/a%20key/with%2Bsigns/%C3%BC.txt")
        #expect(Self.signature(request) == "bc6eeb92cb4920555f9c1c1848a06168fbc67104136adaf73dc4b3be4efb9699")
    }

    @Test("a conditional write with a checksum, addressed by path")
    func put() {
        let request = Self.settings().request(
            "PUT", key: "shard-0001.bin",
            headers: [
                ("If-None-Match", "*"),
                ("x-amz-checksum-sha256", S3Store.base64(ContentDigest.sha256.digest(of: Array("hello".utf8)))),
            ],
            body: Array("hello".utf8), now: Self.now)
        #expect(request.headers.contains { $0.value == "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=" })
        #expect(Self.signature(request) == "1b989dd31a3b6658229dbc5f067b12fe508915c35d2c37b0255f831d4cc9f98d")
    }

    @Test("a listing with a query and a session token")
    func list() {
        let request = Self.settings(token: "TOKEN/with+signs==").request(
            "GET", key: "",
            query: [("list-type", "2"), ("prefix", "a/b c"), ("encoding-type", "url"), ("max-keys", "1000")],
            now: Self.now)
        #expect(Self.signature(request) == "532a8449e6adf2414aa25308269721b3122a25060ecfc5a01ae6a67e0134b013")
    }

    @Test("a query name without a value")
    func uploads() {
        let request = Self.settings().request("POST", key: "big", query: [("uploads", "")], body: [], now: Self.now)
        #expect(request.url == "http://127.0.0.1:8333/bucket/big?uploads=")
        #expect(Self.signature(request) == "ba80604becba30fcc3c7a25c0c0a31f218fca952bd61021d69357affbae2109a")
    }

    @Test("secrets are not printed")
    func secrets() {
        #expect(!"\(Self.credentials)".contains("wJalr"))
        #expect(!String(reflecting: Self.settings()).contains("wJalr"))
    }
}
