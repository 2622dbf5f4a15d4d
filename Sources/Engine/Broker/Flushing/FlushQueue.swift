import Dispatch
import Glibc
import LogStorage
import Synchronization

/// The partitions that wait for a sync, and the threads that do it.
final class FlushQueue: Sendable {
    private struct Waiter {
        var offset: Int64
        var completion: FlushScheduler.Completion
    }

    private struct Entry {
        var log: PartitionLog
        var waiters: [Waiter] = []
        var isFlushing = false
    }

    private struct State {
        var entries: [ObjectIdentifier: Entry] = [:]
        /// Entries that are to be flushed, in turn; each at most once.
        var ready: [ObjectIdentifier] = []
        var head = 0
        /// Logs that are to be flushed at a moment of the uptime clock, in nanoseconds.
        var later: [ObjectIdentifier: (log: PartitionLog, due: UInt64)] = [:]
        /// When the timer fires that is set, if one is.
        var timer: UInt64?
        var threads = 0
        var idle = 0
        var isStopped = false

        mutating func push(_ key: ObjectIdentifier) { ready.append(key) }

        mutating func pop() -> ObjectIdentifier? {
            guard head < ready.count else { return nil }
            defer {
                head += 1
                if head == ready.count || head == 1_024 {
                    ready.removeFirst(head)
                    head = 0
                }
            }
            return ready[head]
        }
    }

    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let maximumThreads: Int

    init(threads: Int) { maximumThreads = threads }

    func add(_ log: PartitionLog, _ offset: Int64, _ completion: @escaping FlushScheduler.Completion) {
        let isTaken = enqueue(log, Waiter(offset: offset, completion: completion))
        if !isTaken { completion(.failure(BrokerError(.inputOutput, "\(log.folder): the broker is closed"))) }
    }

    func addLater(_ log: PartitionLog, milliseconds: Int64) {
        let due = DispatchTime.now().uptimeNanoseconds + UInt64(milliseconds) * 1_000_000
        let timer = state.withLock { state -> UInt64? in
            guard !state.isStopped, state.later[ObjectIdentifier(log)] == nil else { return nil }
            state.later[ObjectIdentifier(log)] = (log, due)
            guard state.timer.map({ $0 > due }) ?? true else { return nil }
            state.timer = due
            return due
        }
        if let timer { arm(timer) }
    }

    private func arm(_ due: UInt64) {
        DispatchQueue.global().asyncAfter(deadline: DispatchTime(uptimeNanoseconds: due)) { [weak self] in self?.timerFired(due) }
    }

    private func timerFired(_ fired: UInt64) {
        let now = DispatchTime.now().uptimeNanoseconds
        let (due, next) = state.withLock { state -> ([PartitionLog], UInt64?) in
            // An earlier timer was set meanwhile: that one goes on.
            guard state.timer == fired else { return ([], nil) }
            let due = state.later.values.filter { $0.due <= now }.map(\.log)
            for log in due { state.later[ObjectIdentifier(log)] = nil }
            state.timer = state.later.values.map(\.due).min()
            return (due, state.timer)
        }
        for log in due { _ = enqueue(log, nil) }
        if let next { arm(next) }
    }

    private func enqueue(_ log: PartitionLog, _ waiter: Waiter?) -> Bool {
        let key = ObjectIdentifier(log)
        let (isTaken, isNew, startsThread) = state.withLock { state -> (Bool, Bool, Bool) in
            guard !state.isStopped else { return (false, false, false) }
            let isNew = state.entries[key] == nil
            if isNew {
                state.entries[key] = Entry(log: log)
                state.push(key)
            }
            if let waiter { state.entries[key]?.waiters.append(waiter) }
            let starts = isNew && state.idle < state.ready.count - state.head && state.threads < maximumThreads
            if starts { state.threads += 1 }
            return (true, isNew, starts)
        }
        if startsThread { startThread() }
        if isNew { wake.signal() }
        return isTaken
    }

    /// What is waiting is still answered; the threads end after it.
    func stop() {
        let threads = state.withLock { state -> Int in
            state.isStopped = true
            state.later = [:]
            return state.threads
        }
        for _ in 0..<threads { wake.signal() }
    }

    // MARK: - Threads

    private func run() {
        while true {
            state.withLock { $0.idle += 1 }
            wake.wait()
            let work = state.withLock { state -> (key: ObjectIdentifier, log: PartitionLog, waiters: [Waiter])? in
                state.idle -= 1
                guard let key = state.pop(), let entry = state.entries[key] else { return nil }
                state.entries[key]?.waiters = []
                state.entries[key]?.isFlushing = true
                // This sync is what it was to wait for.
                state.later[key] = nil
                return (key, entry.log, entry.waiters)
            }
            guard let work else {
                if state.withLock({ $0.isStopped }) { return }
                continue
            }
            flush(work.log, work.waiters)
            let isAgain = state.withLock { state -> Bool in
                guard let entry = state.entries[work.key], !entry.waiters.isEmpty else {
                    state.entries[work.key] = nil
                    return false
                }
                state.entries[work.key]?.isFlushing = false
                // At the end of the line: others come first.
                state.push(work.key)
                return true
            }
            if isAgain { wake.signal() }
        }
    }

    private func flush(_ log: PartitionLog, _ waiters: [Waiter]) {
        do {
            let durable = try log.flush()
            for waiter in waiters {
                // What waits was appended before, so only a log that was closed or cut meanwhile ends below it.
                waiter.completion(
                    durable >= waiter.offset
                        ? .success(()) : .failure(BrokerError(.inputOutput, "\(log.folder): the partition was closed before it was durable")))
            }
        } catch {
            for waiter in waiters { waiter.completion(.failure(error)) }
        }
    }

    private final class Body {
        let queue: FlushQueue
        init(_ queue: FlushQueue) { self.queue = queue }
    }

    /// A thread of its own, because it blocks on the disk.
    private func startThread() {
        var thread: pthread_t = 0
        let body = Unmanaged.passRetained(Body(self))
        let failed = pthread_create(
            &thread, nil,
            { argument in
                if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().queue.run() }
                return nil
            }, body.toOpaque())
        if failed == 0 {
            pthread_detach(thread)
        } else {
            body.release()
            state.withLock { $0.threads -= 1 }
            // Without a thread nobody would ever answer.
            DispatchQueue.global().async { self.run() }
        }
    }
}
