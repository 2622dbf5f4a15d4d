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
        /// It stands in the line of those that nobody waits for.
        var isLazy = false
        /// Its time came while a sync was under way, which may have begun before what is to be synced was appended.
        var isDueAgain = false
    }

    /// First come, first served.
    private struct Line {
        private var keys: [ObjectIdentifier] = []
        private var head = 0
        var count: Int { keys.count - head }

        mutating func push(_ key: ObjectIdentifier) { keys.append(key) }

        mutating func pop() -> ObjectIdentifier? {
            guard head < keys.count else { return nil }
            defer {
                head += 1
                if head == keys.count || head == 1_024 {
                    keys.removeFirst(head)
                    head = 0
                }
            }
            return keys[head]
        }
    }

    private struct State {
        var entries: [ObjectIdentifier: Entry] = [:]
        /// Entries that are to be flushed: those with waiters come first, one of the others after every few.
        var ready = Line()
        var lazy = Line()
        var turn = 0
        /// Logs that are to be flushed at a moment of the uptime clock, in nanoseconds.
        var later: [ObjectIdentifier: (log: PartitionLog, due: UInt64)] = [:]
        /// Until when the one idle thread sleeps that minds `later`, if one does.
        var watch: UInt64?
        var threads = 0
        var idle = 0
        var isStopped = false

        /// The next entry that is to be flushed; what was flushed meanwhile is passed over.
        mutating func pop() -> (key: ObjectIdentifier, entry: Entry)? {
            while ready.count + lazy.count > 0 {
                turn &+= 1
                let isLazy = ready.count == 0 || (lazy.count > 0 && turn % 8 == 0)
                guard let key = isLazy ? lazy.pop() : ready.pop() else { continue }
                if let entry = entries[key], !entry.isFlushing, entry.isLazy == isLazy { return (key, entry) }
            }
            return nil
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
        let (startsThread, wakes) = state.withLock { state -> (Bool, Bool) in
            guard !state.isStopped, state.later[ObjectIdentifier(log)] == nil else { return (false, false) }
            state.later[ObjectIdentifier(log)] = (log, due)
            let starts = state.threads == 0
            if starts { state.threads += 1 }
            // A thread that is at work looks at `later` before it sleeps.
            return (starts, state.idle > 0 && state.watch.map { $0 > due } ?? true)
        }
        if startsThread { startThread() }
        if wakes { wake.signal() }
    }

    /// Brings logs whose time has come into the line; one signal for each.
    private func collectDue(_ state: inout State) -> Int {
        guard !state.later.isEmpty else { return 0 }
        let now = DispatchTime.now().uptimeNanoseconds
        var count = 0
        for (key, item) in state.later where item.due <= now {
            state.later[key] = nil
            guard state.entries[key] == nil else {
                // One that stands in a line is synced soon; one that is being synced has to be again.
                if state.entries[key]?.isFlushing == true { state.entries[key]?.isDueAgain = true }
                continue
            }
            state.entries[key] = Entry(log: item.log, isLazy: true)
            state.lazy.push(key)
            count += 1
        }
        return count
    }

    private func enqueue(_ log: PartitionLog, _ waiter: Waiter) -> Bool {
        let key = ObjectIdentifier(log)
        let (isTaken, isNew, startsThread) = state.withLock { state -> (Bool, Bool, Bool) in
            guard !state.isStopped else { return (false, false, false) }
            let present = state.entries[key]
            let isNew = present.map { $0.isLazy && !$0.isFlushing } ?? true
            if isNew {
                state.entries[key, default: Entry(log: log)].isLazy = false
                state.ready.push(key)
            }
            state.entries[key]?.waiters.append(waiter)
            let starts = isNew && state.idle < state.ready.count + state.lazy.count && state.threads < maximumThreads
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
            sleep()
            let work = state.withLock { state -> (key: ObjectIdentifier, log: PartitionLog, waiters: [Waiter])? in
                guard let (key, entry) = state.pop() else { return nil }
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
            let began = DispatchTime.now().uptimeNanoseconds
            flush(work.log, work.waiters)
            gather(behind: work.key, since: began)
            let isAgain = state.withLock { state -> Bool in
                guard let entry = state.entries[work.key], !entry.waiters.isEmpty else {
                    let isDueAgain = state.entries[work.key]?.isDueAgain == true
                    state.entries[work.key] = isDueAgain ? Entry(log: work.log, isLazy: true) : nil
                    if isDueAgain { state.lazy.push(work.key) }
                    return isDueAgain
                }
                state.entries[work.key]?.isDueAgain = false
                state.entries[work.key]?.isFlushing = false
                state.entries[work.key]?.isLazy = false
                // At the end of the line: others come first.
                state.ready.push(work.key)
                return true
            }
            if isAgain { wake.signal() }
        }
    }

    /// Where producers have sent on during the sync, waits a moment for more of them: on a fast disk one sync after another would take the processor
    /// from those who send. A producer that waits for each answer is never held up, since nothing of it can have come meanwhile.
    private func gather(behind key: ObjectIdentifier, since began: UInt64) {
        guard state.withLock({ !($0.entries[key]?.waiters.isEmpty ?? true) && !$0.isStopped }) else { return }
        let elapsed = DispatchTime.now().uptimeNanoseconds - began
        guard elapsed < Self.gatherNanoseconds else { return }
        var pause = timespec(tv_sec: 0, tv_nsec: Int(Self.gatherNanoseconds - elapsed))
        nanosleep(&pause, nil)
    }

    /// The least time from one sync of a log that is written all the time to the next.
    private static let gatherNanoseconds: UInt64 = 1_000_000

    /// Waits for a signal; one of the idle threads at most until the next log is due.
    private func sleep() {
        let (deadline, due) = state.withLock { state -> (UInt64?, Int) in
            let due = collectDue(&state)
            state.idle += 1
            // An earlier log may have come while the one that minds them sleeps for a later one.
            guard let next = state.later.values.map(\.due).min(), state.watch.map({ $0 > next }) ?? true else { return (nil, due) }
            state.watch = next
            return (next, due)
        }
        for _ in 0..<due { wake.signal() }
        guard let deadline else {
            wake.wait()
            return state.withLock { $0.idle -= 1 }
        }
        _ = wake.wait(timeout: DispatchTime(uptimeNanoseconds: deadline))
        state.withLock { state in
            state.idle -= 1
            if state.watch == deadline { state.watch = nil }
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
