import AccessControl
import Synchronization
import SystemIO

/// The time that one request takes of the server's threads, for the quota of request time (KIP-124).
///
/// Decoding and handling count; waiting, for the disk or for data, does not. What the client has to wait for is decided when its answer is
/// made; the little that comes after it, writing the answer, is counted for its next one. Thread rule: any thread, several at once.
final class RequestMeter: Sendable {
    private struct State {
        /// Nanoseconds of spans that have ended.
        var spent: Int64 = 0
        /// Spans that are open now, and the sum of their beginnings.
        var open: Int64 = 0
        var begun: Int64 = 0
        /// Nanoseconds that the quota knows of; nil before the answer.
        var recorded: Int64?

        func total(_ now: Int64) -> Int64 { spent + open * now - begun }
    }

    private let state = Mutex(State())
    private let quotas: QuotaManager
    private let user: String
    private let clientID: String
    private let clock: any TimeSource

    init(quotas: QuotaManager, user: String, clientID: String, clock: any TimeSource) {
        self.quotas = quotas
        self.user = user
        self.clientID = clientID
        self.clock = clock
    }

    /// Counts the time of `body`.
    func run<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        let start = now
        state.withLock { state in
            state.open += 1
            state.begun += start
        }
        defer { end(start) }
        return try body()
    }

    private func end(_ start: Int64) {
        let now = now
        let late = state.withLock { state -> Int64 in
            state.open -= 1
            state.begun -= start
            state.spent += now - start
            guard let recorded = state.recorded, state.open == 0 else { return 0 }
            state.recorded = state.spent
            return state.spent - recorded
        }
        if late > 0 { _ = quotas.recordRequest(nanoseconds: late, user: user, clientID: clientID, now: now / 1_000_000) }
    }

    /// Counts what was spent up to now against the quota: once, with the answer. The milliseconds that the client has to wait.
    func settle() -> Int64 {
        let now = now
        let spent = state.withLock { state -> Int64? in
            guard state.recorded == nil else { return nil }
            let total = state.total(now)
            state.recorded = total
            return total
        }
        guard let spent else { return 0 }
        return Int64(quotas.recordRequest(nanoseconds: spent, user: user, clientID: clientID, now: now / 1_000_000))
    }

    private var now: Int64 { Int64(clock.monotonicNanoseconds()) }
}
