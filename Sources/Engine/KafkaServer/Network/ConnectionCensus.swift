import Synchronization

/// Counts connections, in all and for each address, against their bounds. Thread rule: any thread.
final class ConnectionCensus: Sendable {
    private struct Counts {
        var total = 0
        var byAddress: [String: Int] = [:]
    }

    private let counts = Mutex(Counts())
    private let limit: Int
    private let limitPerAddress: Int

    init(limit: Int, limitPerAddress: Int) {
        self.limit = limit
        self.limitPerAddress = limitPerAddress
    }

    var total: Int { counts.withLock { $0.total } }

    /// False where a bound is reached: the connection is then not to be served.
    func enter(_ address: String) -> Bool {
        counts.withLock { counts in
            guard counts.total < limit, counts.byAddress[address, default: 0] < limitPerAddress else { return false }
            counts.total += 1
            counts.byAddress[address, default: 0] += 1
            return true
        }
    }

    func left(_ address: String) {
        counts.withLock { counts in
            counts.total -= 1
            let remaining = counts.byAddress[address, default: 1] - 1
            counts.byAddress[address] = remaining == 0 ? nil : remaining
        }
    }
}
