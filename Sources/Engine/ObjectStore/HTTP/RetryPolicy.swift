import Glibc

/// How often and after what time a request is made again.
///
/// The pause doubles from `firstPause` to `longestPause`, and half of it is random, so that many clients do not come back at once
/// (exponential backoff with jitter). A server's Retry-After counts as far as `longestPause`.
public struct RetryPolicy: Sendable {
    /// Attempts without progress before giving up; at least one.
    public var attempts: Int
    /// Milliseconds.
    public var firstPause: Int
    /// Milliseconds.
    public var longestPause: Int
    /// Waits for so many milliseconds.
    public var pause: @Sendable (Int) -> Void

    public init(
        attempts: Int = 7, firstPause: Int = 200, longestPause: Int = 20_000,
        pause: (@Sendable (Int) -> Void)? = nil
    ) {
        self.attempts = max(1, attempts)
        self.firstPause = max(1, firstPause)
        self.longestPause = max(1, longestPause)
        self.pause = pause ?? RetryPolicy.sleep
    }

    @Sendable private static func sleep(_ milliseconds: Int) {
        var left = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
        var remaining = timespec()
        while nanosleep(&left, &remaining) != 0, errno == EINTR { left = remaining }
    }

    /// Waits before attempt number `attempt` (the first retry is 1).
    func wait(before attempt: Int, retryAfterSeconds: Int?) {
        let doubled = min(longestPause, firstPause << min(attempt - 1, 20))
        let jittered = doubled / 2 + Int.random(in: 0...max(1, doubled / 2))
        pause(max(jittered, min(longestPause, (retryAfterSeconds ?? 0) * 1000)))
    }

    /// Whether a status says that the same request may well succeed later.
    static func isTemporary(_ status: Int) -> Bool { [408, 425, 429, 500, 502, 503, 504, 509].contains(status) }
}
