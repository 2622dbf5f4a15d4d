import AccessControl
import Synchronization
import SystemIO

/// Counts connections against their bounds and their quotas of creation, across all listeners. Thread rule: any thread.
final class ConnectionCensus: Sendable {
    private let limiter: Mutex<ConnectionLimiter>
    private let quotas: QuotaManager
    private let clock: any TimeSource

    init(bounds: ConnectionBounds, quotas: QuotaManager, clock: any TimeSource) {
        limiter = Mutex(ConnectionLimiter(bounds: bounds))
        self.quotas = quotas
        self.clock = clock
    }

    var total: Int { limiter.withLock { $0.open } }

    /// Other bounds, for connections that come from now on.
    func setBounds(_ bounds: ConnectionBounds) { limiter.withLock { $0.bounds = bounds } }

    /// What is to be done with a new connection. Unless it is refused, `left` is owed.
    func enter(_ address: String) -> ConnectionLimiter.Admission {
        let rate = quotas.connectionRate(from: address)
        return limiter.withLock { $0.admit(from: address, rate: rate, now: now) }
    }

    func left(_ address: String) { limiter.withLock { $0.close(from: address, now: now) } }

    private var now: Int64 { Int64(clock.monotonicNanoseconds() / 1_000_000) }
}
