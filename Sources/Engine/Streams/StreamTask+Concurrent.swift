import Coordination
import LogClient
import Records

/// The steps of a task whose records are many at a time under way.
extension StreamTask {
    /// Settles what is finished, or begins one more record.
    func stepConcurrently(
        _ processor: any ConcurrentProcessor, _ underWay: RecordsUnderWay, _ transaction: any LogTransaction
    ) throws -> Bool {
        if let (ticket, entry) = underWay.next() {
            isDirty = true
            try settle(entry, transaction)
            if let last = underWay.settle(ticket) { handledOrder = max(handledOrder ?? last.head.order, last.head.order) }
            return true
        }
        guard !underWay.isFull, let (cursor, head) = try InputSelection.next(among: cursors) else { return false }
        let index = cursors.firstIndex { $0 === cursor } ?? 0
        let record = cursor.withRecord { $0.copy() }
        cursor.advance()
        if head.kind == .record, cursor.takeSettledAhead(record.offset) {
            // It stays named in the position's metadata until the position has passed it.
            let ticket = underWay.append(.init(cursor: index, head: head, record: record, nextOffset: cursor.position, state: .settled))
            underWay.settle(ticket)
            return true
        }
        let ticket = underWay.append(
            .init(cursor: index, head: head, record: record, nextOffset: cursor.position, state: head.kind == .record ? .working : .mark))
        guard head.kind == .record else { return true }
        processor.begin(record, order: head.order) { [mailbox = underWay.mailbox] completion in mailbox.put(ticket, completion) }
        return true
    }

    private func settle(_ entry: RecordsUnderWay.Entry, _ transaction: any LogTransaction) throws {
        let cursor = cursors[entry.cursor]
        guard case .finished(let completion) = entry.state else { return try finish(mark: entry.head, transaction) }
        context.order = entry.head.order
        context.inputPartition = cursor.partition.partition
        context.inputOffset = entry.record.offset
        context.timestamp = entry.record.timestamp
        streamTime = max(streamTime ?? context.timestamp, context.timestamp)
        let outcome = attempt { context in try completion(context) }
        try conclude(outcome, entry.record, of: cursor.partition, transaction)
        cursor.ledger += context.delta
        context.delta = Ledger()
    }
}
