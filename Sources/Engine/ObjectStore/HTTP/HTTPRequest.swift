/// A request as it is sent.
struct HTTPRequest: Sendable {
    var method = "GET"
    var url: String
    var headers: [(name: String, value: String)] = []
    var body: [UInt8]?
    /// Signed requests are not: the signature holds for one host and path.
    var followsRedirects = true
}

/// Times after which a transfer that does not move is given up.
public struct HTTPTimeouts: Sendable {
    /// Milliseconds for the connection, name look-up and TLS included.
    public var connect: Int
    /// Seconds in which at least one byte a second must come or go.
    public var stall: Int

    public init(connect: Int = 30_000, stall: Int = 60) {
        self.connect = connect
        self.stall = stall
    }
}

/// Status and headers of a response.
struct HTTPResponseHead: Sendable {
    var status = 0
    /// Names in lower case.
    var headers: [(name: String, value: String)] = []

    subscript(name: String) -> String? { headers.first { $0.name == name }?.value }

    var retryAfterSeconds: Int? { self["retry-after"].flatMap { Int($0) } }
}
