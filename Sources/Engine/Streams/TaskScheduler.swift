import Glibc
import LogClient
import Synchronization

/// Hands tasks to worker threads, one owner at a time, and brings them all to rest for a commit.
///
/// Thread rule: the coordinator (one thread) calls everything but ``work()``; workers call ``work()``. Tasks are touched by the thread
/// that took them from the queue, or by the coordinator while no phase is running; the monitor orders both.
final class TaskScheduler: @unchecked Sendable {
    // Sendable: every mutable field below is read and written under `monitor` alone, and a task is owned by whoever took it
    // from `queue` under it.
    private(set) var tasks: [OwnedTask] = []
    private let slice: Duration
    private let commitBytes: Int
    private let commitsWhenIdle: Bool
    private let monitor = Monitor()

    private enum Phase {
        case resting
        case running(any LogTransaction)
        case each(@Sendable (OwnedTask) throws -> Void)
        case stopped
    }

    private var phase = Phase.resting
    private var queue: [OwnedTask] = []
    private var queueHead = 0
    private var busy = 0
    private var emittedBytes = 0
    private var failure: (any Error)?
    private let pause = Atomic<Bool>(false)

    init(_ settings: RuntimeSettings) {
        slice = settings.slice
        commitBytes = settings.commitBytes
        commitsWhenIdle = settings.commitsWhenIdle
    }

    // MARK: Coordinator

    /// Call while the tasks are at rest.
    func replaceTasks(_ tasks: [OwnedTask]) {
        monitor.withLock {
            self.tasks = tasks
            queue = []
            queueHead = 0
        }
    }

    /// Lets tasks run until time is up, enough was emitted, or none has anything to do; returns with all of them at rest.
    func runTasks(_ transaction: any LogTransaction, blocked: Set<TaskIdentifier>, atMost duration: Duration) {
        monitor.withLock {
            pause.store(false, ordering: .relaxed)
            emittedBytes = 0
            queue = tasks.filter { !blocked.contains($0.identifier) }
            queueHead = 0
            phase = .running(transaction)
            monitor.wakeAll()
            let deadline = ContinuousClock.now + duration
            while failure == nil, emittedBytes < commitBytes {
                let left = deadline - ContinuousClock.now
                guard left > .zero else { break }
                if busy > 0 || queueHead < queue.count {
                    monitor.wait(atMost: left)
                } else if !commitsWhenIdle, tasks.contains(where: \.isDirty) {
                    // More may come before the commit is due.
                    monitor.wait(atMost: min(left, Self.pollInterval))
                    queue = tasks.filter { !blocked.contains($0.identifier) }
                    queueHead = 0
                    monitor.wakeAll()
                } else {
                    break
                }
            }
            let hadWork = busy > 0 || queueHead < queue.count
            pause.store(true, ordering: .relaxed)
            rest()
            wasIdle = !hadWork
        }
        // With nothing to do the commit interval passes here, not in a spin.
        if wasIdle, duration > .zero, !tasks.contains(where: \.isDirty) { idleWait(duration) }
    }

    private static let pollInterval: Duration = .milliseconds(2)
    private var wasIdle = false

    private func idleWait(_ duration: Duration) {
        monitor.withLock {
            let (_, attoseconds) = min(duration, .milliseconds(20)).components
            monitor.wait(atMost: .nanoseconds(attoseconds / 1_000_000_000))
        }
    }

    /// Runs `body` for every task whose state is restored, on all threads; throws the first error.
    func forEachTask(_ body: @escaping @Sendable (StreamTask) throws -> Void) throws {
        monitor.withLock {
            queue = tasks.filter { $0.task != nil }
            queueHead = 0
            phase = .each { owned in if let task = owned.task { try body(task) } }
            monitor.wakeAll()
            while busy > 0 || (failure == nil && queueHead < queue.count) { monitor.wait() }
            rest()
        }
        try checkFailure()
    }

    /// Throws what made a task fail; else says whether no task had anything to do.
    @discardableResult
    func checkFailure() throws -> Bool {
        try monitor.withLock {
            if let failure { throw failure }
            return wasIdle
        }
    }

    func stop() {
        monitor.withLock {
            pause.store(true, ordering: .relaxed)
            phase = .stopped
            monitor.wakeAll()
        }
    }

    /// With the lock held: no new task is taken, and the busy ones are waited for.
    private func rest() {
        phase = .resting
        while busy > 0 { monitor.wait() }
    }

    // MARK: Workers

    /// The life of a worker thread.
    func work() {
        monitor.lock()
        defer { monitor.unlock() }
        while true {
            switch phase {
            case .stopped: return
            case .resting: monitor.wait()
            case .running, .each:
                guard failure == nil, let task = take() else {
                    monitor.wait()
                    continue
                }
                let current = phase
                busy += 1
                monitor.unlock()
                let outcome = Result { try perform(current, task) }
                monitor.lock()
                busy -= 1
                settle(outcome, task)
                monitor.wakeAll()
            }
        }
    }

    private func take() -> OwnedTask? {
        guard queueHead < queue.count else { return nil }
        defer { queueHead += 1 }
        return queue[queueHead]
    }

    /// Without the lock: the task is this thread's. Says whether the task wants another turn, and what it emitted.
    private func perform(_ phase: Phase, _ task: OwnedTask) throws -> (again: Bool, bytes: Int) {
        switch phase {
        case .running(let transaction):
            let deadline = ContinuousClock.now + slice
            let (progress, bytes) = try task.run(transaction) {
                pause.load(ordering: .relaxed) || ContinuousClock.now >= deadline
            }
            return (progress == .sliceEnded, bytes)
        case .each(let body):
            try body(task)
            return (false, 0)
        case .resting, .stopped:
            return (false, 0)
        }
    }

    private func settle(_ outcome: Result<(again: Bool, bytes: Int), any Error>, _ task: OwnedTask) {
        switch outcome {
        case .success(let done):
            emittedBytes += done.bytes
            if done.again { queue.append(task) }
        case .failure(let error):
            if failure == nil { failure = error }
        }
    }
}
