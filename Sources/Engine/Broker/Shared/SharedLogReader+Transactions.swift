import Coordination
import Records

/// Batches in order, each waiting until the outcome of its transaction is known.
struct BatchQueue {
    private enum State { case settled, open, dropped }
    private var entries: [(place: SharedBatchPlace, transaction: ProducerEpoch, state: State)] = []
    private var head = 0
    /// Transactions of which a batch waits.
    private(set) var open: Set<ProducerEpoch> = []

    var firstOpenOffset: Int64? {
        entries[head...].first { $0.state == .open }?.place.header.baseOffset
    }

    mutating func append(_ place: SharedBatchPlace, isOpen: Bool) {
        let transaction = ProducerEpoch(id: place.header.producerId, epoch: place.header.producerEpoch)
        entries.append((place, transaction, isOpen ? .open : .settled))
        if isOpen { open.insert(transaction) }
    }

    /// A marker ends what is open of its producer; one that fences a producer carries a higher epoch than what it ends.
    mutating func settle(_ producer: Int64, upTo epoch: Int16, isCommit: Bool) {
        let ended = open.filter { $0.id == producer && $0.epoch <= epoch }
        guard !ended.isEmpty else { return }
        open.subtract(ended)
        for index in head..<entries.count where entries[index].state == .open && ended.contains(entries[index].transaction) {
            entries[index].state = isCommit ? .settled : .dropped
        }
    }

    mutating func popSettled() -> SharedBatchPlace? {
        while head < entries.count {
            let entry = entries[head]
            if entry.state == .open { return nil }
            head += 1
            if head == entries.count || head == 4_096 {
                entries.removeFirst(head)
                head = 0
            }
            if entry.state == .settled { return entry.place }
        }
        return nil
    }

    mutating func removeSettled() { while popSettled() != nil {} }

    /// Forgets what follows the batch that was popped last: the scanner reads it again.
    mutating func putOffEnd() {
        entries = []
        head = 0
        open = []
    }
}

/// Transactions whose commit is durable in `__transaction_state`, as far as a marker may be missing: the latest record of each
/// transactional id with status `prepareCommit`. One thread at a time.
final class CommitLedger {
    private let reader: SharedPartitionReader
    private(set) var records: [String: TransactionRecord] = [:]

    init(log: SharedLogReader) throws {
        reader = try log.open(TopicPartition(InternalTopics.transactions, 0), from: .earliest, isolation: .uncommitted)
    }

    func refresh() throws {
        while let batch = try reader.next() {
            for record in batch.records {
                guard let key = record.key else { continue }
                let transaction = try key.withUnsafeBytes { key in
                    try record.value?.withUnsafeBytes { try TransactionRecord.decode(key: key, value: $0) }
                }
                if let transaction { records[transaction.transactionalID] = transaction }
            }
        }
    }

    func committed(in partition: TopicPartition) throws -> Set<ProducerEpoch> {
        try refresh()
        return Set(
            records.values.filter { $0.status == .prepareCommit && $0.partitions.contains(partition) }
                .map { ProducerEpoch(id: $0.producerID, epoch: $0.dataEpoch) })
    }
}
