// Kafka's primitive types (source: "Protocol primitive types" of the protocol guide; KIP-482 for the compact forms).
//   int8 to int64, float64, uuid   big endian; a boolean is one byte, 0 or 1
//   unsigned varint                base 128, least significant group first, high bit: more follow; at most 32 bits
//   string                         i16 byte count (-1: null) and UTF-8;  compact: unsigned varint of count + 1 (0: null)
//   bytes, records, array          i32 count (-1: null);                 compact: as above
//   nullable structure             i8: 1 there, -1 null
//   tag section                    flexible versions only, at the end of every structure: see WireCoder+Tags

/// Reads or writes one message: each field's description is one call, used in both directions.
///
/// A structure's `code(_:)` names its fields in wire order, each with the versions that carry it. Reading, a call
/// assigns the field (or leaves its default where the version has none); writing, it appends it. One concrete type for
/// both directions instead of a protocol with two: every call is direct, also from other modules, for one predictable
/// branch a field.
///
/// Not for sharing between threads. While reading, `frame` must stay valid: the entries of `WireMessage` take care.
public struct WireCoder {
    /// The version of the API that is spoken.
    public let version: Int16
    /// Whether the version has compact lengths and tag sections.
    public let isFlexible: Bool
    /// The direction: false when writing.
    public let isReading: Bool

    // What is read, or what `WireRecords.frame` points into when writing. The one unsafe pointer of this module: it
    // lives as long as the closure of `withUnsafeBytes` that made this coder, and every access is checked against `limit`.
    let frame: UnsafeRawBufferPointer
    var position: Int
    // Where reading must stop: the frame's end, or that of the tagged field being read.
    var limit: Int
    var elementsLeft: Int

    var output: [UInt8] = []
    // Finished pieces before `output`, and how many bytes they hold.
    var pieces: [WirePiece] = []
    var pieceByteCount = 0

    var tags = TagSection()

    /// Reads `frame` from `position` on.
    init(reading frame: UnsafeRawBufferPointer, from position: Int, version: Int16, isFlexible: Bool, elementLimit: Int) {
        self.version = version
        self.isFlexible = isFlexible
        self.isReading = true
        self.frame = frame
        self.position = position
        self.limit = frame.count
        self.elementsLeft = elementLimit
    }

    /// Writes; `frame` is what the message's `WireRecords.frame` point into, if any.
    init(writing version: Int16, isFlexible: Bool, frame: UnsafeRawBufferPointer = .init(start: nil, count: 0)) {
        self.version = version
        self.isFlexible = isFlexible
        self.isReading = false
        self.frame = frame
        self.position = 0
        self.limit = 0
        self.elementsLeft = 0
    }

    /// How many bytes the message still has.
    var left: Int { limit - position }

    @inline(__always)
    func isPresent(_ from: Int16, _ until: Int16) -> Bool { version >= from && version <= until }

    func error(_ reason: WireError.Reason, _ field: StaticString, at place: Int? = nil) -> WireError {
        WireError(reason, field: field, position: place ?? (isReading ? position : pieceByteCount + output.count))
    }
}
