/// How much was used lately: amounts in windows of one second, of which the last eleven count (Kafka's quota.window.num and
/// quota.window.size.seconds).
///
/// A rate is the sum divided by the time from the oldest window to now, which counts as at least ten whole windows: so a first burst is
/// not taken for a rate.
struct SlidingRate: Sendable {
    static let windowMilliseconds: Int64 = 1_000
    static let windows = 11

    private var amounts: [Double] = []
    /// The second (milliseconds divided by 1,000) of each amount; ascending.
    private var seconds: [Int64] = []

    mutating func add(_ amount: Double, at now: Int64) {
        forget(before: now)
        let second = now.flooredDivision(by: Self.windowMilliseconds)
        if let last = seconds.last, last >= second {
            amounts[amounts.count - 1] += amount
        } else {
            amounts.append(amount)
            seconds.append(second)
        }
    }

    /// Milliseconds to wait until the rate is back at `limit` a second; 0 where it is not above it.
    mutating func throttle(limit: Double, at now: Int64) -> Double {
        forget(before: now)
        guard let oldest = seconds.first else { return 0 }
        let span = max(Double(now - oldest * Self.windowMilliseconds), Double(Int64(Self.windows - 1) * Self.windowMilliseconds))
        let rate = amounts.reduce(0, +) / (span / 1_000)
        guard rate > limit else { return 0 }
        return (rate - limit) / limit * span
    }

    /// Whether nothing of it counts any more.
    func isIdle(at now: Int64) -> Bool { seconds.last.map { $0 * Self.windowMilliseconds <= now - Self.span } ?? true }

    private static let span = Int64(windows) * windowMilliseconds

    private mutating func forget(before now: Int64) {
        let gone = seconds.prefix { $0 * Self.windowMilliseconds <= now - Self.span }.count
        if gone > 0 {
            seconds.removeFirst(gone)
            amounts.removeFirst(gone)
        }
    }
}

/// A bucket that fills by `rate` a second up to eleven seconds' worth; it may be overdrawn once, and is then waited for (KIP-599).
struct TokenBucket: Sendable {
    private var tokens: Double
    private var filledAt: Int64

    init(rate: Double, at now: Int64) {
        tokens = rate * Self.burstSeconds
        filledAt = now
    }

    static let burstSeconds = Double(SlidingRate.windows)

    /// Milliseconds until something may be taken again; 0 where it may be now.
    mutating func wait(rate: Double, at now: Int64) -> Double {
        fill(rate: rate, at: now)
        return tokens < 0 ? -tokens / rate * 1_000 : 0
    }

    mutating func take(_ count: Double, rate: Double, at now: Int64) {
        fill(rate: rate, at: now)
        tokens -= count
    }

    /// Whether it is as full as a new one.
    mutating func isFull(rate: Double, at now: Int64) -> Bool {
        fill(rate: rate, at: now)
        return tokens >= rate * Self.burstSeconds
    }

    private mutating func fill(rate: Double, at now: Int64) {
        guard now > filledAt else { return }
        tokens = min(rate * Self.burstSeconds, tokens + rate * Double(now - filledAt) / 1_000)
        filledAt = now
    }
}

extension Int64 {
    func flooredDivision(by divisor: Int64) -> Int64 { self / divisor - (self % divisor < 0 ? 1 : 0) }
}
