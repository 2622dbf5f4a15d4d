import Glibc

/// A mutex with a condition to wait for: what `Synchronization.Mutex` lacks.
final class Monitor: @unchecked Sendable {
    // Sendable: both fields are only handed to pthread functions, which are safe from any thread; the memory is fixed for
    // the object's life.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>

    init() {
        mutex = .allocate(capacity: 1)
        condition = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    func withLock<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body()
    }

    func lock() { pthread_mutex_lock(mutex) }
    func unlock() { pthread_mutex_unlock(mutex) }

    /// Waits for ``wakeAll()``; the lock is held before and after. May return early.
    func wait() { pthread_cond_wait(condition, mutex) }

    /// As ``wait()``, at most so long.
    func wait(atMost duration: Duration) {
        var deadline = timespec()
        clock_gettime(CLOCK_MONOTONIC, &deadline)
        let (seconds, attoseconds) = duration.components
        let nanoseconds = Int64(deadline.tv_nsec) + attoseconds / 1_000_000_000
        deadline.tv_sec += Int(seconds) + Int(nanoseconds / 1_000_000_000)
        deadline.tv_nsec = Int(nanoseconds % 1_000_000_000)
        pthread_cond_timedwait(condition, mutex, &deadline)
    }

    func wakeAll() { pthread_cond_broadcast(condition) }
}

/// Threads of our own: tasks block on disk and run long, which the cooperative pool is not for.
struct WorkerThreads {
    private var threads: [pthread_t] = []

    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts `count` threads with stacks of 8 MiB, since parsers of hostile pages may need depth.
    mutating func start(_ count: Int, _ run: @escaping @Sendable () -> Void) {
        let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
        pthread_attr_init(attributes)
        pthread_attr_setstacksize(attributes, 8 << 20)
        defer {
            pthread_attr_destroy(attributes)
            attributes.deallocate()
        }
        for _ in 0..<count {
            var thread: pthread_t = 0
            let body = Unmanaged.passRetained(Body(run))
            let started = pthread_create(&thread, attributes, { argument in
                if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
                return nil
            }, body.toOpaque())
            if started == 0 { threads.append(thread) } else { body.release() }
        }
    }

    var count: Int { threads.count }

    mutating func join() {
        for thread in threads { pthread_join(thread, nil) }
        threads.removeAll()
    }
}
