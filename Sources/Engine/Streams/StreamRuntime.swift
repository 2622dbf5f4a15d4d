import Glibc
public import LogClient
public import Records
import StateStore
import Synchronization

/// Runs stages in this process: tasks on a fixed set of threads, and one commit for all of them at a time.
///
/// A commit stops the tasks between two records, brings what they emitted, their changelogs and their positions into one
/// transaction of the log, and lets them go on when it is durable. A task that fails outside of a record's handling (the log, the
/// state) makes the whole runtime start again from the last commit, with nothing lost and nothing doubled.
///
/// Thread rule: `run` once, from one thread; `requestStop` and `snapshot` from any.
public final class StreamRuntime: Sendable {
    private let engine: any LogEngine
    private let stages: [Stage]
    private let settings: RuntimeSettings
    private let compression: @Sendable (String) -> CompressionCodec
    private let nowMilliseconds: @Sendable () -> Int64
    private let stopRequested = Atomic<Bool>(false)
    private let published = Mutex<RuntimeSnapshot>(RuntimeSnapshot())

    /// What ends ``run(until:onCommit:)`` beside a request to stop.
    public enum Completion: Sendable {
        /// Every input was read to its end and every stage has handled it.
        case inputsExhausted
        case never
    }

    public init(
        engine: any LogEngine, stages: [Stage], settings: RuntimeSettings,
        compression: @escaping @Sendable (String) -> CompressionCodec, nowMilliseconds: @escaping @Sendable () -> Int64
    ) {
        self.engine = engine
        self.stages = stages
        self.settings = settings
        self.compression = compression
        self.nowMilliseconds = nowMilliseconds
    }

    /// As of the last commit.
    public var snapshot: RuntimeSnapshot { published.withLock { $0 } }

    /// Ends the run after one more commit.
    public func requestStop() { stopRequested.store(true, ordering: .relaxed) }

    /// Runs until complete or stopped. `onCommit` is called after each commit, now and then without one, and after each failure, on the thread that called `run`.
    ///
    /// Throws what made a task fail more often than ``RuntimeSettings/restartLimit`` allows without a commit in between.
    public func run(until completion: Completion, onCommit: (RuntimeSnapshot) -> Void) throws {
        let assembly = assembly()
        for stage in stages { try assembly.check(stage) }
        try OutsideStages(settings.outside, engine: engine).check()
        let memberships = try stages.map { try StageMembership(stage: $0, engine: engine) }
        defer { for membership in memberships { membership.leave() } }
        var failures = 0
        while true {
            do {
                var session = try RuntimeSession(engine: engine, memberships: memberships, settings: settings, assembly: assembly)
                let isDone = try session.run(until: completion, stopRequested: { self.stopRequested.load(ordering: .relaxed) }) { snapshot in
                    failures = 0
                    onCommit(publish(snapshot))
                }
                if isDone { return }
            } catch {
                // A full disk is waited for, and is no failure: a write that came before it was noticed must not end the run.
                failures = settings.hasRoom() ? failures + 1 : min(failures + 1, settings.restartLimit)
                published.withLock { current in
                    current.restarts += 1
                    current.lastFailure = "\(error)"
                }
                guard failures <= settings.restartLimit, !Self.isFinal(error) else { throw error }
                // Who watches sees that it lives, and why it does not get on.
                onCommit(snapshot)
                if stopRequested.load(ordering: .relaxed) { return }
                wait(afterFailures: failures)
            }
        }
    }

    private func publish(_ snapshot: RuntimeSnapshot) -> RuntimeSnapshot {
        published.withLock { current in
            let (restarts, failure) = (current.restarts, current.lastFailure)
            current = snapshot
            current.restarts = restarts
            current.lastFailure = failure
            return current
        }
    }

    /// Another process has taken this one's name, or is not let in: trying again would not help.
    private static func isFinal(_ error: any Error) -> Bool {
        guard let error = error as? EngineError else { return false }
        return error.kind == .replaced || error.kind == .refused
    }

    /// At once after the first failure; then longer and longer, in pieces, so that a stop need not wait.
    private func wait(afterFailures failures: Int) {
        guard failures > 1 else { return }
        let duration = min(settings.restartBackoff * (1 << min(failures - 2, 10)), .seconds(5))
        let end = ContinuousClock.now + duration
        while ContinuousClock.now < end, !stopRequested.load(ordering: .relaxed) {
            var pause = timespec(tv_sec: 0, tv_nsec: 20_000_000)
            nanosleep(&pause, nil)
        }
    }

    private func assembly() -> TaskAssembly {
        let folder = settings.stateFolder
        return TaskAssembly(
            engine: engine, fetchBytes: settings.fetchBytes, build: settings.build, compression: compression,
            nowMilliseconds: nowMilliseconds,
            openState: { task in try StateStore(folder: "\(folder)/\(task.stage)/\(task.partition)") },
            pace: RestorationPace(bytesPerSecond: settings.restoreBytesPerSecond))
    }
}
