/// The record batches of one partition in a produce request or fetch response, which are never looked into here and
/// never copied: a place in the frame that was read, or bytes that somebody else will send.
public enum WireRecords: Hashable, Sendable {
    /// No records field at all: Kafka's null.
    case null
    /// Read from a frame: these bytes of it.
    case frame(Range<Int>)
    /// Held here; for clients and small answers.
    case bytes([UInt8])
    /// `byteCount` bytes that the caller sends itself (from a file, say) where the encoded pieces name `index`.
    case external(index: Int, byteCount: Int)

    public var byteCount: Int {
        switch self {
        case .null: 0
        case .frame(let range): range.count
        case .bytes(let bytes): bytes.count
        case .external(_, let byteCount): byteCount
        }
    }
}

/// One part of an encoded message; sent in order, the parts are the frame.
public enum WirePiece: Equatable, Sendable {
    /// Send these bytes.
    case bytes([UInt8])
    /// Send the `byteCount` bytes of records that `WireRecords.external` announced under `index`.
    case records(index: Int, byteCount: Int)

    public var byteCount: Int {
        switch self {
        case .bytes(let bytes): bytes.count
        case .records(_, let byteCount): byteCount
        }
    }
}
