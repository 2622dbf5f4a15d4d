import KafkaWire
import Synchronization

/// What a server has counted since it began: requests by key, answers with errors, bytes. Thread rule: any thread; no lock where nothing fails.
final class RequestCounts: Sendable {
    /// Of one key of the protocol.
    final class Row: Sendable {
        fileprivate let requests = Atomic<Int>(0)
        fileprivate let errors = Mutex<[Int16: Int]>([:])

        /// An answer with these codes in it, of which some are errors.
        func note(_ codes: some Sequence<Int16>) {
            for code in codes where code != 0 { errors.withLock { $0[code, default: 0] += 1 } }
        }
    }

    private let rows: [ApiKey: Row]
    private let received = Atomic<Int>(0)
    private let sent = Atomic<Int>(0)
    private let refused = Atomic<Int>(0)

    init() { rows = Dictionary(uniqueKeysWithValues: ApiKey.allCases.map { ($0, Row()) }) }

    /// A request has come.
    func begin(_ key: ApiKey) -> Row? {
        let row = rows[key]
        row?.requests.add(1, ordering: .relaxed)
        return row
    }

    /// Bytes of a request, its length included.
    func noteReceived(_ bytes: Int) { received.add(bytes, ordering: .relaxed) }
    func noteSent(_ bytes: Int) { sent.add(bytes, ordering: .relaxed) }
    /// What came was no request of the protocol.
    func noteRefused() { refused.add(1, ordering: .relaxed) }

    func fill(_ figures: inout ServerFigures) {
        figures.bytesReceived = received.load(ordering: .relaxed)
        figures.bytesSent = sent.load(ordering: .relaxed)
        figures.refusedRequests = refused.load(ordering: .relaxed)
        figures.requests = rows.sorted { $0.key.rawValue < $1.key.rawValue }.compactMap { key, row in
            let count = row.requests.load(ordering: .relaxed)
            return count == 0 ? nil : .init(name: key.name, count: count, errors: row.errors.withLock { $0 })
        }
    }
}
