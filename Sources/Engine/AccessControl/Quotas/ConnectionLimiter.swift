/// How many connections there may be.
public struct ConnectionBounds: Sendable, Equatable {
    /// At once, in all.
    public var total: Int
    /// At once, from one address that is not named in `exceptions`.
    public var perAddress: Int
    public var exceptions: [String: Int]

    public init(total: Int = 1_000, perAddress: Int = .max, exceptions: [String: Int] = [:]) {
        self.total = total
        self.perAddress = perAddress
        self.exceptions = exceptions
    }
}

/// Counts connections and how fast they come, by address: a value; the listener holds it, on one thread or under its lock.
public struct ConnectionLimiter: Sendable {
    public enum Admission: Sendable, Equatable {
        case accepted
        /// Serve nobody on it, and close it after so many milliseconds: who comes too fast is slowed down. It counts until then.
        case throttled(milliseconds: Int32)
        /// Close it: the sentence says which bound is reached.
        case refused(String)
    }

    private struct Address {
        var open = 0
        var rate = SlidingRate()
    }

    public var bounds: ConnectionBounds
    private var addresses: [ExactText: Address] = [:]
    public private(set) var open = 0
    private var addressesAtLastSweep = 0

    public init(bounds: ConnectionBounds = ConnectionBounds()) { self.bounds = bounds }

    /// A connection that is slowed down is closed after so long at most (Kafka: one window).
    private static let longestThrottleMilliseconds = Double(SlidingRate.windowMilliseconds)

    /// A new connection. Unless it is refused, `close` is owed. `rate`: `QuotaManager.connectionRate(from:)`.
    public mutating func admit(from address: String, rate: Double?, now: Int64) -> Admission {
        sweep(now)
        guard open < bounds.total else { return .refused("there are \(open) connections, and no more are taken") }
        let key = ExactText(address)
        let most = bounds.exceptions[address] ?? bounds.perAddress
        let held = addresses[key]?.open ?? 0
        guard held < most else { return .refused("there are \(held) connections from \(address), and no more are taken from there") }
        open += 1
        addresses[key, default: Address()].open += 1
        guard let rate else { return .accepted }
        addresses[key]?.rate.add(1, at: now)
        let wait = (addresses[key]?.rate.throttle(limit: rate, at: now) ?? 0).rounded()
        guard wait > 0 else { return .accepted }
        // What is not served does not count: otherwise who keeps trying would never come in.
        addresses[key]?.rate.add(-1, at: now)
        return .throttled(milliseconds: Int32(min(wait, Self.longestThrottleMilliseconds)))
    }

    public mutating func close(from address: String, now: Int64) {
        let key = ExactText(address)
        guard var entry = addresses[key], entry.open > 0 else { return }
        open -= 1
        entry.open -= 1
        addresses[key] = entry.open == 0 && entry.rate.isIdle(at: now) ? nil : entry
    }

    /// How many addresses are remembered.
    var heldAddresses: Int { addresses.count }

    /// Forgets addresses without connections and without recent ones, whenever their number has doubled.
    private mutating func sweep(_ now: Int64) {
        guard addresses.count > max(1_024, 2 * addressesAtLastSweep) else { return }
        addresses = addresses.filter { $0.value.open > 0 || !$0.value.rate.isIdle(at: now) }
        addressesAtLastSweep = addresses.count
    }
}
