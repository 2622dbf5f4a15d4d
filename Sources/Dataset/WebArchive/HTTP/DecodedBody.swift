/// A body freed of its transfer and content codings, and what was wrong on the way.
public struct DecodedBody: Sendable, Equatable {
    /// Something that did not go as the headers said. The bytes are the best that could be made of it.
    public enum Issue: Sendable, Equatable {
        /// "chunked" was declared, and the body is not.
        case notChunked
        /// The chunks end early or are malformed from some place on.
        case chunksCut
        /// The coding was declared, and the bytes are not in it: they were left as they are.
        case notEncoded(String)
        /// The coded stream ends early or is damaged from some place on.
        case encodingCut(String)
        /// A coding that is not known: the bytes were left as they are.
        case unknownEncoding(String)
        /// The body is longer than the limit, and was cut there.
        case overLimit
    }

    public var bytes: [UInt8]
    public var issues: [Issue]

    /// Whether bytes are missing at the end.
    public var isCut: Bool {
        issues.contains {
            switch $0 {
            case .chunksCut, .encodingCut, .overLimit: true
            case .notChunked, .notEncoded, .unknownEncoding: false
            }
        }
    }
}

extension HTTPMessage {
    /// The body without chunks (also with extensions and trailers) and without gzip, deflate, br and zstd, several in a row too.
    ///
    /// What is declared and not true is passed over with an issue noted. Limits: `limit` bytes of output (16 MiB by default), eight codings; the work is
    /// bounded by body and limit.
    public func decodedBody(limit: Int = 16 << 20) -> DecodedBody {
        var result = DecodedBody(bytes: [], issues: [])
        var body = body
        var codings = HTTPMessage.tokens(headers.all("Content-Encoding"))
        var transfer = HTTPMessage.tokens(headers.all("Transfer-Encoding"))
        // Chunks are outermost wherever they are named; naming them twice does not make them two.
        if transfer.contains("chunked") {
            transfer.removeAll { $0 == "chunked" }
            if let unchunked = ChunkedBody.decode(body, &result.issues) {
                body = unchunked[...]
            } else {
                result.issues.append(.notChunked)
            }
        }
        codings += transfer
        if codings.count > 8 {
            result.issues.append(.unknownEncoding(codings.joined(separator: ", ")))
            codings = []
        }
        for name in codings.reversed() where name != "identity" && !name.isEmpty {
            guard let coding = ContentCoding(name) else {
                result.issues.append(.unknownEncoding(name))
                break
            }
            switch coding.decode(body, limit: limit) {
            case .notEncoded: result.issues.append(.notEncoded(name))
            case .decoded(let bytes, let ending):
                body = bytes[...]
                if ending == .overLimit { result.issues.append(.overLimit) }
                if ending == .cut { result.issues.append(.encodingCut(name)) }
            }
        }
        if body.count > limit {
            body = body.prefix(limit)
            result.issues.append(.overLimit)
        }
        result.bytes = Array(body)
        return result
    }

    /// The body without chunks, but with its content coding: what an `entity` digest may be of.
    public func unchunkedBody() -> [UInt8] {
        var issues: [DecodedBody.Issue] = []
        guard HTTPMessage.tokens(headers.all("Transfer-Encoding")).contains("chunked"),
            let bytes = ChunkedBody.decode(body, &issues)
        else { return Array(body) }
        return bytes
    }

    private static func tokens(_ values: [String]) -> [String] {
        values.flatMap { value in
            value.utf8.split(separator: UInt8(ascii: ",")).map {
                String(decoding: Array($0)[...].trimmingSpace.map(\.asciiLowercased), as: UTF8.self)
            }
        }
    }
}
