import Synchronization

/// So many bytes a second, on average.
///
/// A bucket that fills at the rate, up to a quarter of a second's worth; a piece may be taken as soon as the bucket is not empty, and takes out what
/// it was, which may be more than was in it. So the average holds whatever the size of a piece. Thread rule: any thread.
public final class RateLimit: Sendable {
    public let bytesPerSecond: Int
    private let state: Mutex<(allowance: Double, filled: ContinuousClock.Instant)>

    /// `bytesPerSecond`: at least 1.
    public init(bytesPerSecond: Int) {
        self.bytesPerSecond = max(1, bytesPerSecond)
        state = Mutex((Double(self.bytesPerSecond) / 4, .now))
    }

    /// Bytes to ask for at a time: small where the rate is small, so that the flow is even.
    public var pieceBytes: Int { min(1 << 20, max(16 << 10, bytesPerSecond / 8)) }

    /// Whether another piece may be taken now.
    public var allows: Bool {
        state.withLock { state in
            let now = ContinuousClock.now
            state.allowance = min(Double(bytesPerSecond) / 4, state.allowance + Double(bytesPerSecond) * (now - state.filled).inSeconds)
            state.filled = now
            return state.allowance > 0
        }
    }

    /// A piece was taken.
    public func take(_ bytes: Int) { state.withLock { $0.allowance -= Double(bytes) } }
}

extension Duration {
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
