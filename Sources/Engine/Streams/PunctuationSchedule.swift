// A persisted punctuation, in the task's store "punctuations": key = name (UTF-8), value = next due time, ms since 1970, i64 big endian.

import StateStore

/// Which clock a punctuation follows.
public enum PunctuationClock: Sendable {
    /// The greatest timestamp of the records handled: moves only when records come, and the same in every replay.
    case streamTime
    /// The machine's clock.
    case wallClock
}

/// The timers of one task: a pure state machine that is told the time and says what is due.
///
/// A punctuation comes once when its time has passed, however long ago that was, and is next due an interval after the time at which it came:
/// a task that slept does not fire a storm. A persisted one keeps its due time across restarts, as part of the task's state.
struct PunctuationSchedule {
    private struct Entry {
        var name: String
        var clock: PunctuationClock
        var intervalMilliseconds: Int64
        var dueMilliseconds: Int64?
        var isPersisted: Bool
    }

    private var entries: [Entry] = []

    var isEmpty: Bool { entries.isEmpty }

    /// `due`: of an earlier life; nil begins an interval after the first time that the schedule is told.
    mutating func add(
        _ name: String, every interval: Duration, on clock: PunctuationClock, due: Int64? = nil, isPersisted: Bool = false
    ) {
        let (seconds, attoseconds) = interval.components
        let milliseconds = max(1, seconds * 1000 + attoseconds / 1_000_000_000_000_000)
        entries.removeAll { $0.name == name }
        entries.append(
            Entry(name: name, clock: clock, intervalMilliseconds: milliseconds, dueMilliseconds: due, isPersisted: isPersisted))
    }

    /// What is due now, in the order of scheduling, each with the time at which it comes; moves them on.
    mutating func due(streamTime: Int64?, wallTime: Int64) -> [(name: String, time: Int64, next: Int64, isPersisted: Bool)] {
        var found: [(name: String, time: Int64, next: Int64, isPersisted: Bool)] = []
        for index in entries.indices {
            let now: Int64
            switch entries[index].clock {
            case .wallClock: now = wallTime
            case .streamTime:
                guard let streamTime else { continue }
                now = streamTime
            }
            let interval = entries[index].intervalMilliseconds
            guard let due = entries[index].dueMilliseconds else {
                entries[index].dueMilliseconds = now + interval
                continue
            }
            guard now >= due else { continue }
            entries[index].dueMilliseconds = now + interval
            found.append((entries[index].name, now, now + interval, entries[index].isPersisted))
        }
        return found
    }
}

/// Keeps due times in a task's state.
enum PunctuationStore {
    static let name = "punctuations"

    static func read(_ punctuation: String, _ store: any KeyValueStore) throws -> Int64? {
        guard let bytes = try store.get(Array(punctuation.utf8)), bytes.count == 8 else { return nil }
        return Int64(bitPattern: bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }

    static func write(_ due: Int64, of punctuation: String, _ store: any KeyValueStore) throws {
        try store.put(Array(punctuation.utf8), withUnsafeBytes(of: due.bigEndian) { Array($0) })
    }
}
