import Synchronization

/// How fast this process restores state, all its tasks together: counted for those who look, and held back where a limit is set.
///
/// Thread rule: any thread.
final class RestorationPace: Sendable {
    private struct State {
        var records = 0
        /// What had been restored by when, about once a second, for as long as ``window``.
        var marks: [(time: ContinuousClock.Instant, records: Int)] = []
    }

    /// Nil: as fast as the log and the disk give it.
    private let limit: RateLimit?
    private let state = Mutex(State())
    private static let window: Duration = .seconds(15)

    init(bytesPerSecond: Int? = nil) { limit = bytesPerSecond.map { RateLimit(bytesPerSecond: $0) } }

    /// Bytes to ask for at a time.
    var pieceBytes: Int { limit?.pieceBytes ?? 1 << 20 }

    /// Whether another piece may be read now.
    var allows: Bool { limit?.allows ?? true }

    /// A piece was restored.
    func note(bytes: Int, records: Int) {
        limit?.take(bytes)
        state.withLock { state in
            let now = ContinuousClock.now
            if state.marks.last.map({ now - $0.time >= .seconds(1) }) ?? true { state.marks.append((now, state.records)) }
            while let first = state.marks.first, state.marks.count > 2, now - first.time > Self.window { state.marks.removeFirst() }
            state.records += records
        }
    }

    /// How long so many entries take at the pace of the last seconds; nil where nothing was restored yet.
    func timeLeft(for records: Int) -> Duration? {
        state.withLock { state -> Duration? in
            guard let first = state.marks.first, state.records > first.records else { return nil }
            let seconds = max((ContinuousClock.now - first.time).inSeconds, 0.05)
            return .seconds(Double(records) * seconds / Double(state.records - first.records))
        }
    }
}
