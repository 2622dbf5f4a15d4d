import CPosix
import Synchronization

/// The door to time. Safe from any thread.
public protocol TimeSource: Sendable {
    /// Milliseconds since 1970 in UTC. May jump, also backwards.
    func wallMilliseconds() -> Int64
    /// Nanoseconds since some moment; never goes backwards.
    func monotonicNanoseconds() -> UInt64
}

/// The machine's clocks.
public struct SystemTimeSource: TimeSource {
    public init() {}
    public func wallMilliseconds() -> Int64 { leat_wall_milliseconds() }
    public func monotonicNanoseconds() -> UInt64 { leat_monotonic_nanoseconds() }
}

/// A clock that a test moves.
public final class ManualTimeSource: TimeSource {
    private let now: Mutex<(wall: Int64, monotonic: UInt64)>

    public init(wallMilliseconds: Int64 = 1_700_000_000_000) {
        now = Mutex((wallMilliseconds, 0))
    }

    public func wallMilliseconds() -> Int64 { now.withLock { $0.wall } }
    public func monotonicNanoseconds() -> UInt64 { now.withLock { $0.monotonic } }

    /// Moves both clocks on by `milliseconds`, which is not negative.
    public func advance(milliseconds: Int64) {
        now.withLock {
            $0.wall += milliseconds
            $0.monotonic += UInt64(max(milliseconds, 0)) * 1_000_000
        }
    }
}
