import Dispatch
import Glibc
import Synchronization

/// Doing the same with many things on a few threads.
enum Parallel {
    private struct Progress {
        var next = 0
        var failure: (any Error)?
    }

    /// Threads for work that waits on the disk as much as it computes: the machine's cores, two at least.
    static var cores: Int { max(2, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// The results in order, or the first error; after an error no more is begun.
    static func map<Result: Sendable>(
        count: Int, threads: Int, _ body: @Sendable (Int) throws -> Result
    ) throws -> [Result] {
        guard threads > 1, count > 1 else { return try (0..<count).map(body) }
        let progress = Mutex(Progress())
        let results = Mutex([Result?](repeating: nil, count: count))
        DispatchQueue.concurrentPerform(iterations: min(threads, count)) { _ in
            while true {
                let index = progress.withLock { progress -> Int? in
                    guard progress.failure == nil, progress.next < count else { return nil }
                    defer { progress.next += 1 }
                    return progress.next
                }
                guard let index else { return }
                do {
                    let result = try body(index)
                    results.withLock { $0[index] = result }
                } catch {
                    progress.withLock { if $0.failure == nil { $0.failure = error } }
                }
            }
        }
        if let failure = progress.withLock({ $0.failure }) { throw failure }
        return results.withLock { $0.compactMap { $0 } }
    }
}
