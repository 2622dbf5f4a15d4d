/// Goes through the decompressed records of one batch, in place. Every length is checked before it is used.
public struct RecordCursor: ~Escapable {
    /// Where a cursor stands.
    public struct Place: Sendable, Equatable {
        /// Bytes from the start of the records.
        public var position: Int
        /// Records before it.
        public var index: Int
        public static let start = Place(position: 0, index: 0)
    }

    private let records: RawSpan
    private let header: RecordBatchHeader
    private var position: Int
    private var index: Int

    /// `records`: the bytes after the header, decompressed. `place`: where an earlier cursor over the same records stood, to
    /// go on from there.
    @_lifetime(copy records)
    public init(records: RawSpan, header: RecordBatchHeader, place: Place = .start) {
        self.records = records
        self.header = header
        position = max(0, place.position)
        index = max(0, place.index)
    }

    /// Where the next record begins.
    public var place: Place { Place(position: position, index: index) }

    /// The next record; `nil` after the last, when nothing is left over.
    @_lifetime(copy self)
    public mutating func next() throws(RecordError) -> RecordView? {
        guard index < Int(header.recordCount) else {
            guard position == records.byteCount else {
                throw failure("\(records.byteCount - position) bytes follow the last record")
            }
            return nil
        }
        do throws(VarintFailure) {
            return try read()
        } catch {
            switch error {
            case .truncated: throw failure("it goes past the end of the records")
            case .tooLong: throw failure("a length or number is out of range")
            }
        }
    }

    @_lifetime(copy self)
    private mutating func read() throws(VarintFailure) -> RecordView {
        var next = position
        let length = try records.varint(at: &next)
        guard length >= 0, length <= Int64(records.byteCount - next) else { throw .truncated }
        let end = next + Int(length)
        // Fields are read within the record alone, so that one record cannot reach into another.
        let body = records.extracting(unchecked: 0..<end)
        guard next < end else { throw .truncated }
        next += 1
        let timestampDelta = try body.varint(at: &next)
        let offsetDelta = try body.varint(at: &next)
        guard offsetDelta >= 0, offsetDelta <= Int64(header.lastOffsetDelta) else { throw .tooLong }
        let key = try body.field(at: &next)
        let value = try body.field(at: &next)
        let headerCount = try body.varint(at: &next)
        // A header takes two bytes at least.
        guard headerCount >= 0, headerCount <= Int64(end - next) / 2 else { throw .tooLong }
        let headersStart = next
        for _ in 0..<headerCount {
            guard try body.field(at: &next).count >= 0 else { throw .tooLong }
            _ = try body.field(at: &next)
        }
        guard next == end else { throw .tooLong }
        position = end
        index += 1
        return RecordView(
            offset: header.baseOffset + offsetDelta,
            timestamp: header.attributes.timestampsAreLogs ? header.maxTimestamp : header.firstTimestamp &+ timestampDelta,
            bytes: body, key: key, value: value, headersStart: headersStart, headerCount: Int(headerCount))
    }

    private func failure(_ reason: String) -> RecordError {
        .malformedRecord(index: index, position: position, reason: reason)
    }
}
