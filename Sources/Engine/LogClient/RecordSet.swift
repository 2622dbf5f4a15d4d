/// Records of a few batches, decoded side by side: their bytes once, and where in them each record's parts are.
///
/// Meant to be reused: a fetch empties and refills it without giving back its memory.
public struct RecordSet: Sendable {
    /// Where one record's parts lie in ``bytes``.
    public struct Entry: Sendable {
        public var offset: Int64
        /// Milliseconds since 1970.
        public var timestamp: Int64
        /// Nil for a null key.
        public var key: Range<Int>?
        /// Nil for a null value (a tombstone).
        public var value: Range<Int>?
        /// The encoded headers (see ``FetchedRecord/header(named:)``).
        public var headers: Range<Int>
        public var headerCount: Int

        public init(
            offset: Int64, timestamp: Int64, key: Range<Int>?, value: Range<Int>?, headers: Range<Int>, headerCount: Int
        ) {
            self.offset = offset
            self.timestamp = timestamp
            self.key = key
            self.value = value
            self.headers = headers
            self.headerCount = headerCount
        }
    }

    public var bytes: [UInt8] = []
    public var entries: [Entry] = []
    /// Where the next fetch goes on; past control batches and aborted records that hold no entry.
    public var nextOffset: Int64 = 0

    public init() {}

    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
    }

    /// Calls `body` with a view of one entry, valid during the call.
    public func withRecord<Result, Failure: Error>(
        at index: Int, _ body: (borrowing FetchedRecord) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try bytes.withUnsafeBufferPointer { buffer throws(Failure) in
            try body(FetchedRecord(bytes: UnsafeRawBufferPointer(buffer), entry: entries[index]))
        }
    }
}
