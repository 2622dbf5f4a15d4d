/// The body of a request or response of one API: what stands behind the header.
///
/// Fields that a version does not carry are left out when writing and keep their defaults when reading.
public protocol WireMessage: WireStruct {
    static var apiKey: ApiKey { get }
}

public protocol WireRequest: WireMessage {
    associatedtype Response: WireMessage
}

extension WireMessage {
    /// The most array elements a message may have in all, unless told otherwise: a bound on memory of about 200 MB.
    public static var defaultElementLimit: Int { 1_000_000 }

    /// Reads a body that starts at `start` of `frame` and ends with it.
    ///
    /// Places of records are counted from the frame's first byte.
    /// - Parameter elementLimit: the most array elements in all.
    /// - Parameter takesTrailingBytes: whether bytes behind the last field are passed over instead of refused. A server does, as
    ///   Kafka's does: librdkafka 2.16 asks for all topics (Metadata 13) with three bytes too many.
    public static func decode(
        _ frame: RawSpan, from start: Int = 0, version: Int16, elementLimit: Int = defaultElementLimit,
        takesTrailingBytes: Bool = false
    ) throws(WireError) -> Self {
        try frame.withUnsafeBytes { bytes throws(WireError) in
            try decode(
                bytes, from: start, version: version, elementLimit: elementLimit, takesTrailingBytes: takesTrailingBytes)
        }
    }

    /// The same for a frame that is held by somebody who has a pointer alone, such as a network buffer.
    public static func decode(
        _ frame: UnsafeRawBufferPointer, from start: Int = 0, version: Int16, elementLimit: Int = defaultElementLimit,
        takesTrailingBytes: Bool = false
    ) throws(WireError) -> Self {
        let isFlexible = try check(version)
        precondition((0...frame.count).contains(start), "the body starts at \(start), outside of the frame's \(frame.count) bytes")
        var coder = WireCoder(reading: frame, from: start, version: version, isFlexible: isFlexible, elementLimit: elementLimit)
        var message = Self()
        do throws(WireError) {
            try coder.structure(&message)
            guard coder.left == 0 || takesTrailingBytes else { throw coder.error(.leftOver(count: coder.left), "end") }
        } catch {
            throw error.within(title(version))
        }
        return message
    }

    /// The body's bytes.
    /// - Parameter frame: what `WireRecords.frame` in the message point into, if any do.
    public func encode(version: Int16, recordsIn frame: RawSpan = RawSpan()) throws(WireError) -> [UInt8] {
        var pieces = try frame.withUnsafeBytes { bytes throws(WireError) in
            try encodePieces(version: version, recordsIn: bytes, header: { _ in })
        }
        guard pieces.count <= 1, let only = pieces.popLast() else { return [] }
        guard case .bytes(let bytes) = only else { return [] }
        return bytes
    }

    static func check(_ version: Int16) throws(WireError) -> Bool {
        let served = apiKey.versions
        guard served.contains(version) else {
            let reason = WireError.Reason.unsupportedVersion(version, lowest: served.lowerBound, highest: served.upperBound)
            throw WireError(reason, field: "apiVersion", position: 0).within(title(version))
        }
        return apiKey.isFlexible(version)
    }

    static func title(_ version: Int16) -> String { "\(Self.self) version \(version)" }
}
