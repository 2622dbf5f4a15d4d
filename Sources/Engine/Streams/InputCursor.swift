import Coordination
import LogClient
import Records

/// A reader of one input partition that knows what stands at its front.
///
/// Owned by its task. `position` is what a commit records: everything below it has been handled.
final class InputCursor {
    let partition: TopicPartition
    /// Index of the input topic among the stage's inputs.
    let input: Int
    private let engine: any LogEngine
    private let fetchBytes: Int
    private var records = RecordSet()
    private var index = 0
    private var cachedHead: InputHead?
    /// The next offset to handle.
    private(set) var position: Int64
    /// The highest order key that was taken off the front.
    private(set) var progress: OrderKey?
    /// What became of this partition's records, from the beginning of the group.
    var ledger: Ledger
    /// Offsets beyond the position that an earlier life has settled.
    private(set) var settledAhead: Set<Int64> = []

    init(
        partition: TopicPartition, input: Int, engine: any LogEngine, committed: OffsetAndMetadata?, fetchBytes: Int
    ) throws(EngineError) {
        self.partition = partition
        self.input = input
        self.engine = engine
        self.fetchBytes = fetchBytes
        if let committed {
            position = committed.offset
            ledger = Ledger(text: committed.metadata)
            settledAhead = Set(SettledAhead.offsets(in: committed))
        } else {
            position = try engine.startOffset(of: partition)
            ledger = Ledger()
        }
        records.nextOffset = position
    }

    /// What stands at the front, nil where nothing is there yet. Fetches where the buffer is used up.
    func head() throws(EngineError) -> InputHead? {
        if let cachedHead { return cachedHead }
        if index >= records.count {
            try engine.fetch(partition, from: records.nextOffset, maximumBytes: fetchBytes, into: &records)
            index = 0
            if records.isEmpty {
                position = max(position, records.nextOffset)
                return nil
            }
        }
        cachedHead = records.withRecord(at: index) { record in Self.head(of: record, in: partition) }
        return cachedHead
    }

    private static func head(of record: borrowing FetchedRecord, in partition: TopicPartition) -> InputHead {
        let given = record.header(named: "leat-order").flatMap { OrderKey($0) }
        let order =
            given
            ?? OrderKey(
                UInt64(clamping: record.timestamp), partition: UInt32(bitPattern: partition.partition),
                offset: UInt64(clamping: record.offset))
        guard record.key == nil, record.value == nil, let mark = record.header(named: "leat-mark") else {
            return InputHead(order: order, kind: .record)
        }
        return InputHead(order: order, kind: mark.first == 1 ? .endOfInput : .mark)
    }

    /// The front record. Call only where ``head()`` gave one.
    func withRecord<Result, Failure: Error>(
        _ body: (borrowing FetchedRecord) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try records.withRecord(at: index, body)
    }

    /// A copy of the front record where it has to be buried.
    func withRecordIfFailed(_ outcome: Result<Disposition, any Error>) -> Record? {
        if case .failure = outcome { withRecord { $0.copy() } } else { nil }
    }

    /// Takes the front off.
    func advance() {
        guard let head = cachedHead else { return }
        progress = max(progress ?? head.order, head.order)
        index += 1
        position = index < records.count ? records.offset(at: index) : records.nextOffset
        cachedHead = nil
    }

    /// True once for an offset that an earlier life has settled.
    func takeSettledAhead(_ offset: Int64) -> Bool { settledAhead.remove(offset) != nil }

    /// Nothing more is read.
    func close() { engine.release(partition) }

    /// True where everything visible was handled.
    func isDrained() throws(EngineError) -> Bool {
        guard try head() == nil else { return false }
        return try position >= engine.stableOffset(of: partition)
    }
}
