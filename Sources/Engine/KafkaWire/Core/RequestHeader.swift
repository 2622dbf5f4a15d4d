// Request header (source: Kafka's RequestHeader message definition):
//   version 1   i16 API key, i16 API version, i32 correlation id, nullable string client id (never compact)
//   version 2   the same, then a tag section
// Response header (ResponseHeader): version 0   i32 correlation id;  version 1   the same, then a tag section

/// What stands before every request.
public struct RequestHeader: Hashable, Sendable {
    public var apiKey: ApiKey
    /// May lie outside of `apiKey.versions`: the server then answers (ApiVersions) or closes the connection.
    public var apiVersion: Int16
    /// Repeated in the response, so that the client can tell which request it answers.
    public var correlationId: Int32
    /// The name that the client gives itself.
    public var clientId: String?

    public init(apiKey: ApiKey, apiVersion: Int16, correlationId: Int32, clientId: String?) {
        self.apiKey = apiKey
        self.apiVersion = apiVersion
        self.correlationId = correlationId
        self.clientId = clientId
    }

    /// Reads the header at the beginning of a frame (without its size), and says where the body starts.
    public static func decode(_ frame: RawSpan) throws(WireError) -> (header: RequestHeader, bodyStart: Int) {
        try frame.withUnsafeBytes { bytes throws(WireError) in try decode(bytes) }
    }

    /// The same for a frame that is held by somebody who has a pointer alone.
    public static func decode(_ frame: UnsafeRawBufferPointer) throws(WireError) -> (header: RequestHeader, bodyStart: Int) {
        do throws(WireError) {
            return try read(frame)
        } catch {
            throw error.within("RequestHeader")
        }
    }

    private static func read(_ frame: UnsafeRawBufferPointer) throws(WireError) -> (header: RequestHeader, bodyStart: Int) {
        var coder = WireCoder(reading: frame, from: 0, version: 0, isFlexible: false, elementLimit: 0)
        var number: Int16 = 0
        try coder.int16(&number, "apiKey")
        guard let key = ApiKey(rawValue: number) else { throw coder.error(.unknownApiKey(number), "apiKey", at: 0) }
        var header = RequestHeader(apiKey: key, apiVersion: 0, correlationId: 0, clientId: nil)
        try header.codeRest(&coder)
        if key.requestHeaderVersion(header.apiVersion) == 2 { try coder.skipTags() }
        return (header, coder.position)
    }

    /// Everything behind the API key.
    private mutating func codeRest(_ coder: inout WireCoder) throws(WireError) {
        try coder.int16(&apiVersion, "apiVersion")
        try coder.int32(&correlationId, "correlationId")
        try coder.nullableString(&clientId, "clientId")
    }

    func write(_ coder: inout WireCoder) throws(WireError) {
        var plain = WireCoder(writing: 0, isFlexible: false)
        var copy = self
        var number = apiKey.rawValue
        try plain.int16(&number, "apiKey")
        try copy.codeRest(&plain)
        coder.output.append(contentsOf: plain.output)
        // An empty tag section.
        if apiKey.requestHeaderVersion(apiVersion) == 2 { coder.output.append(0) }
    }
}
