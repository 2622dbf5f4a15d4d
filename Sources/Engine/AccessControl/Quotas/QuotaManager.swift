import Synchronization

/// Holds clients to their quotas: what they used goes in, how long they must wait comes out.
///
///     let wait = quotas.record(.producerByteRate, Double(bytes), user: principal.name, clientID: id, now: now)
///     // answer with throttle_time_ms = wait, then read nothing from the connection for so long
///
/// `now` is milliseconds of a clock that does not jump. Safe from any thread; where no quota of a kind is set it takes no lock.
/// Memory is bounded: idle rates are forgotten, and clients beyond `rateLimit` share one.
public final class QuotaManager: Sendable {
    private struct State {
        var table = QuotaTable()
        var rates: [QuotaScope: SlidingRate] = [:]
        var buckets: [QuotaScope: TokenBucket] = [:]
    }

    private let state = Mutex(State())
    /// Bit n: quotas of the n-th key are set.
    private let active = Atomic<UInt32>(0)
    private let rateLimit: Int

    public init(table: QuotaTable = QuotaTable(), rateLimit: Int = 10_000) {
        self.rateLimit = max(rateLimit, 1)
        replace(table)
    }

    public var table: QuotaTable { state.withLock { $0.table } }

    /// Puts other quotas into force. Rates go on, so that nobody starts anew.
    func replace(_ table: QuotaTable) {
        state.withLock { state in
            state.table = table
            // A bucket is filled by its rate: with another one it starts full.
            state.buckets.removeAll()
            active.store(table.values.keys.reduce(0) { $0 | Self.bit($1) }, ordering: .releasing)
        }
    }

    /// Counts `amount` (bytes, or percent times seconds for requests; see `recordRequest`) and answers the milliseconds to wait.
    public func record(_ key: QuotaKey, _ amount: Double, user: String, clientID: String, now: Int64) -> Int32 {
        guard isActive(key), amount.isFinite, amount >= 0 else { return 0 }
        return state.withLock { state in
            guard let limit = state.table.limit(key, user: user, clientID: clientID) else { return 0 }
            let scope = Self.scope(limit.scope, in: &state.rates, limit: rateLimit, now: now) { $0.isIdle(at: now) }
            state.rates[scope, default: SlidingRate()].add(amount, at: now)
            let wait = state.rates[scope]?.throttle(limit: limit.value, at: now) ?? 0
            return Self.milliseconds(wait, most: key == .requestPercentage ? Double(SlidingRate.windowMilliseconds) : .infinity)
        }
    }

    /// Takes back what `record` counted: a throttled fetch is answered empty, and its bytes were not sent.
    public func unrecord(_ key: QuotaKey, _ amount: Double, user: String, clientID: String, now: Int64) {
        guard isActive(key), amount.isFinite, amount >= 0 else { return }
        state.withLock { state in
            guard let limit = state.table.limit(key, user: user, clientID: clientID), state.rates[limit.scope] != nil else { return }
            state.rates[limit.scope]?.add(-amount, at: now)
        }
    }

    /// Counts the time that a request took, and answers the milliseconds to wait (at most one window, as in Kafka).
    public func recordRequest(nanoseconds: Int64, user: String, clientID: String, now: Int64) -> Int32 {
        record(.requestPercentage, Double(max(nanoseconds, 0)) * 100 / 1e9, user: user, clientID: clientID, now: now)
    }

    /// The most bytes that one fetch may bring without being throttled for certain; `nil` where nothing bounds it.
    public func largestFetch(user: String, clientID: String) -> Int64? {
        guard isActive(.consumerByteRate) else { return nil }
        return state.withLock { state in
            guard let limit = state.table.limit(.consumerByteRate, user: user, clientID: clientID) else { return nil }
            return Int64(exactly: (limit.value * Double(SlidingRate.windows - 1)).rounded()) ?? .max
        }
    }

    /// Asks to create or delete `partitions` (KIP-599). Strict (newer request versions): an overdrawn bucket refuses, and nothing is
    /// taken; answer THROTTLING_QUOTA_EXCEEDED. Otherwise it is always taken, and the wait is the answer's throttle time.
    public func admitMutations(
        _ partitions: Int, isStrict: Bool, user: String, clientID: String, now: Int64
    ) -> (isAdmitted: Bool, throttleMilliseconds: Int32) {
        guard isActive(.controllerMutationRate), partitions >= 0 else { return (true, 0) }
        return state.withLock { state in
            guard let limit = state.table.limit(.controllerMutationRate, user: user, clientID: clientID) else { return (true, 0) }
            let scope = Self.scope(limit.scope, in: &state.buckets, limit: rateLimit, now: now) { bucket in
                var bucket = bucket
                return bucket.isFull(rate: limit.value, at: now)
            }
            var bucket = state.buckets[scope] ?? TokenBucket(rate: limit.value, at: now)
            defer { state.buckets[scope] = bucket }
            let before = bucket.wait(rate: limit.value, at: now)
            if isStrict {
                if before > 0 { return (false, Self.milliseconds(before, most: .infinity)) }
                bucket.take(Double(partitions), rate: limit.value, at: now)
                return (true, 0)
            }
            bucket.take(Double(partitions), rate: limit.value, at: now)
            return (true, Self.milliseconds(bucket.wait(rate: limit.value, at: now), most: .infinity))
        }
    }

    /// Connections a second that are allowed from an address; `nil` where nothing bounds them.
    public func connectionRate(from address: String) -> Double? {
        guard isActive(.connectionCreationRate) else { return nil }
        return state.withLock { $0.table.connectionRate(from: address) }
    }

    /// How many rates are held: never many more than `rateLimit`.
    var heldRates: Int { state.withLock { $0.rates.count + $0.buckets.count } }

    /// Whether anybody has a quota of this kind: where nobody has, there is nothing to count.
    public func isActive(_ key: QuotaKey) -> Bool { active.load(ordering: .acquiring) & Self.bit(key) != 0 }

    private static func bit(_ key: QuotaKey) -> UInt32 { 1 << UInt32(QuotaKey.allCases.firstIndex(of: key) ?? 0) }

    /// The scope itself, where there is room or room can be made; else one that all newcomers share.
    private static func scope<Held>(
        _ scope: QuotaScope, in held: inout [QuotaScope: Held], limit: Int, now: Int64, isForgotten: (Held) -> Bool
    ) -> QuotaScope {
        if held[scope] != nil || held.count < limit { return scope }
        held = held.filter { !isForgotten($0.value) }
        return held.count < limit ? scope : QuotaScope(key: scope.key, user: ExactText(""), clientID: ExactText(""))
    }

    private static func milliseconds(_ wait: Double, most: Double) -> Int32 {
        Int32(min(max(min(wait, most).rounded(), 0), Double(Int32.max)))
    }
}
