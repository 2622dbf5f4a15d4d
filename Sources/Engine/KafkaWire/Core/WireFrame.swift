// Frame: i32 byte count of what follows, header, body.

/// Whole frames, as they stand on the connection.
public enum WireFrame {
    /// The bytes before a frame that count its length.
    public static let sizeByteCount = 4

    /// A request with its size and header.
    public static func request<Request: WireRequest>(
        _ request: Request, version: Int16, correlationId: Int32, clientId: String?
    ) throws(WireError) -> [UInt8] {
        let header = RequestHeader(apiKey: Request.apiKey, apiVersion: version, correlationId: correlationId, clientId: clientId)
        let pieces = try request.encodePieces(version: version) { coder throws(WireError) in
            coder.append(Int32(0))
            try header.write(&coder)
        }
        return try whole(pieces)
    }

    /// A response with its size and header. Its records must be `null` or `bytes`.
    public static func response<Response: WireMessage>(
        _ response: Response, version: Int16, correlationId: Int32
    ) throws(WireError) -> [UInt8] {
        try whole(responsePieces(response, version: version, correlationId: correlationId))
    }

    /// A response with its size and header, in pieces: between them stand the records that the caller sends itself.
    public static func responsePieces<Response: WireMessage>(
        _ response: Response, version: Int16, correlationId: Int32
    ) throws(WireError) -> [WirePiece] {
        let pieces = try response.encodePieces(version: version) { coder in
            coder.append(Int32(0))
            coder.append(correlationId)
            if Response.apiKey.responseHeaderVersion(version) == 1 { coder.output.append(0) }
        }
        return try sized(pieces)
    }

    /// Reads a response's frame (without its size), given the version that was asked for.
    public static func decodeResponse<Response: WireMessage>(
        _ type: Response.Type, _ frame: RawSpan, version: Int16
    ) throws(WireError) -> (correlationId: Int32, response: Response) {
        try frame.withUnsafeBytes { bytes throws(WireError) in
            var coder = WireCoder(reading: bytes, from: 0, version: 0, isFlexible: false, elementLimit: 0)
            var correlationId: Int32 = 0
            try coder.int32(&correlationId, "correlationId")
            if Response.apiKey.responseHeaderVersion(version) == 1 { try coder.skipTags() }
            return (correlationId, try Response.decode(bytes, from: coder.position, version: version))
        }
    }

    /// Puts the size of all pieces into the first four bytes.
    private static func sized(_ pieces: [WirePiece]) throws(WireError) -> [WirePiece] {
        let byteCount = pieces.reduce(0) { $0 + $1.byteCount } - sizeByteCount
        guard let size = Int32(exactly: byteCount) else {
            throw WireError(.tooLong(byteCount: byteCount), field: "frame", position: 0)
        }
        var pieces = pieces
        guard case .bytes(var first) = pieces[0] else { return pieces }
        // The array is taken out of `pieces` first, so that it is not copied.
        pieces[0] = .bytes([])
        for index in 0..<4 { first[index] = UInt8(truncatingIfNeeded: size >> Int32(24 - 8 * index)) }
        pieces[0] = .bytes(first)
        return pieces
    }

    private static func whole(_ pieces: [WirePiece]) throws(WireError) -> [UInt8] {
        let pieces = try sized(pieces)
        guard pieces.count == 1, case .bytes(let bytes) = pieces[0] else {
            throw WireError(.recordsElsewhere, field: "records", position: 0)
        }
        return bytes
    }
}

extension WireMessage {
    /// What `header` writes, then the body.
    func encodePieces(
        version: Int16, recordsIn frame: UnsafeRawBufferPointer = .init(start: nil, count: 0),
        header: (inout WireCoder) throws(WireError) -> Void
    ) throws(WireError) -> [WirePiece] {
        let isFlexible = try Self.check(version)
        var coder = WireCoder(writing: version, isFlexible: isFlexible, frame: frame)
        var copy = self
        do throws(WireError) {
            try header(&coder)
            try coder.structure(&copy)
        } catch {
            throw error.within(Self.title(version))
        }
        coder.closePiece()
        return coder.pieces
    }
}

/// A structure of no known fields.
private struct Unknown: WireStruct {
    mutating func code(_ coder: inout WireCoder) throws(WireError) {}
}

extension WireCoder {
    /// Reads a tag section of which nothing is wanted.
    mutating func skipTags() throws(WireError) {
        var nothing = Unknown()
        try readTags(&nothing)
    }
}
