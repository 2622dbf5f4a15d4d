import LogClient
import Records
import Synchronization

/// The records of a concurrent task that were begun and are not yet behind the committed position.
///
/// A state machine without threads: completions are put into a mailbox from anywhere, and taken by the task's owner. Offsets move past what is settled
/// without a gap; what is settled beyond a gap is named, so that it is not handled again (the idea is that of Confluent's parallel consumer).
final class RecordsUnderWay {
    /// Completions on their way to the task.
    final class Mailbox: Sendable {
        private let arrived = Mutex<[(ticket: Int, completion: ConcurrentCompletion)]>([])

        func put(_ ticket: Int, _ completion: @escaping ConcurrentCompletion) { arrived.withLock { $0.append((ticket, completion)) } }

        func takeAll() -> [(ticket: Int, completion: ConcurrentCompletion)] {
            arrived.withLock { arrived in
                defer { arrived = [] }
                return arrived
            }
        }
    }

    struct Entry {
        enum State {
            case working
            case finished(ConcurrentCompletion)
            /// A mark waits for everything before it.
            case mark
            case settled
        }

        let cursor: Int
        let head: InputHead
        let record: Record
        let nextOffset: Int64
        var state: State
    }

    let mailbox = Mailbox()
    private let settings: ConcurrentSettings
    private var entries: [Entry] = []
    /// The ticket of the first entry.
    private var firstTicket = 0

    init(_ settings: ConcurrentSettings) { self.settings = settings }

    var isFull: Bool { entries.count >= settings.limit }
    var isEmpty: Bool { entries.isEmpty }

    /// Returns the ticket under which the completion is to be put into the mailbox.
    func append(_ entry: Entry) -> Int {
        entries.append(entry)
        return firstTicket + entries.count - 1
    }

    /// What may be settled next: a record whose work is finished, or a mark with nothing before it. The caller settles it, and says so.
    func next() -> (ticket: Int, entry: Entry)? {
        for (ticket, completion) in mailbox.takeAll() {
            let index = ticket - firstTicket
            guard entries.indices.contains(index), case .working = entries[index].state else { continue }
            entries[index].state = .finished(completion)
        }
        for (index, entry) in entries.enumerated() {
            switch entry.state {
            case .finished: return (firstTicket + index, entry)
            case .mark where index == 0: return (firstTicket, entry)
            case .working, .mark:
                if settings.results == .inInputOrder { return nil }
            case .settled: continue
            }
        }
        return nil
    }

    /// Removes settled entries from the front. Returns the last of them.
    @discardableResult
    func settle(_ ticket: Int) -> Entry? {
        entries[ticket - firstTicket].state = .settled
        var last: Entry?
        while let first = entries.first, case .settled = first.state {
            last = first
            entries.removeFirst()
            firstTicket += 1
        }
        return last
    }

    /// The first offset of a partition that is not done, nil where all that was begun is.
    func oldestOffset(ofCursor cursor: Int) -> Int64? {
        entries.first { entry in
            if case .settled = entry.state { return false }
            return entry.cursor == cursor
        }.map(\.record.offset)
    }

    /// Offsets of a partition that are done beyond one that is not.
    func offsetsAhead(ofCursor cursor: Int) -> [Int64] {
        guard oldestOffset(ofCursor: cursor) != nil else { return [] }
        return entries.compactMap { entry in
            guard case .settled = entry.state, entry.cursor == cursor, case .record = entry.head.kind else { return nil }
            return entry.record.offset
        }
    }
}
