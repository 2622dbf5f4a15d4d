import CICU
import Synchronization

/// ICU's iterators over word boundaries, which are dear to open: one for each thread that is cutting at the time, kept.
enum WordBreaks {
    /// An iterator that nobody uses.
    ///
    /// It may go from thread to thread (ICU binds an iterator to no thread) because it is only ever in the list below,
    /// behind the lock, or out of it and in the hands of one call of `withIterator`.
    private struct Idle: @unchecked Sendable {
        var breaks: OpaquePointer
    }

    private static let idle = Mutex<[Idle]>([])

    /// Lends an iterator for the length of a call; nil where ICU cannot open one.
    static func withIterator<Result>(_ body: (OpaquePointer?) -> Result) -> Result {
        let kept = idle.withLock { $0.popLast() }
        guard let breaks = kept?.breaks ?? leat_icu_breaks_open(Int32(LEAT_ICU_WORDS), "") else {
            return body(nil)
        }
        defer {
            // An idle iterator points at no text of a caller's.
            let nothing: StaticString = ""
            _ = leat_icu_breaks_set_text(breaks, nothing.utf8Start, 0)
            let mine = Idle(breaks: breaks)
            idle.withLock { $0.append(mine) }
        }
        return body(breaks)
    }
}
