import SystemIO

/// Milliseconds since 1970 that never go backwards and never jump: the wall's time at the start, then the monotonic clock.
///
/// Sessions must not end because someone set the clock; what is written must still be readable as a time of day.
struct SteadyClock: Sendable {
    private let source: any TimeSource
    private let wallAtStart: Int64
    private let monotonicAtStart: UInt64

    init(_ source: any TimeSource) {
        self.source = source
        wallAtStart = source.wallMilliseconds()
        monotonicAtStart = source.monotonicNanoseconds()
    }

    func milliseconds() -> Int64 { wallAtStart + Int64((source.monotonicNanoseconds() &- monotonicAtStart) / 1_000_000) }
}
