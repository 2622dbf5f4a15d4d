import Foundation
import LogClient
import Records
import Streams
import Synchronization

/// A stage in a thread of its own, as a process would run it.
final class RunningStage: @unchecked Sendable {
    // Sendable: what changes is under `outcome`, and the semaphore orders its end.
    let runtime: StreamRuntime
    private let outcome = Mutex<(any Error)?>(nil)
    private let ended = DispatchSemaphore(value: 0)
    private let latest = Mutex(RuntimeSnapshot())

    init(_ stage: Stage, on engine: any LogEngine, state: String, name: String, commitMilliseconds: Int = 20, standby: Bool = false, fetchBytes: Int = 100_000) {
        var settings = RuntimeSettings(stateFolder: state, build: "test", transactionalID: "test-" + name)
        settings.commitInterval = .milliseconds(commitMilliseconds)
        settings.commitsWhenIdle = false
        settings.restartLimit = .max
        settings.keepsStandbys = standby
        settings.fetchBytes = fetchBytes
        settings.measureInterval = .milliseconds(100)
        runtime = StreamRuntime(
            engine: engine, stages: [stage], settings: settings, compression: { _ in .none },
            nowMilliseconds: { Int64(Date().timeIntervalSince1970 * 1000) })
        let thread = Thread { [self] in
            do {
                try runtime.run(until: .never) { snapshot in latest.withLock { $0 = snapshot } }
            } catch {
                outcome.withLock { $0 = error }
            }
            ended.signal()
        }
        thread.start()
    }

    var snapshot: RuntimeSnapshot { latest.withLock { $0 } }
    var tasks: [Int32] { snapshot.stages.first?.tasks.sorted() ?? [] }

    /// Throws what ended the stage, where it was not this.
    func stop() throws {
        runtime.requestStop()
        ended.wait()
        if let error = outcome.withLock({ $0 }) { throw error }
    }
}

/// Waits until it is so; false after twenty seconds.
func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
    let deadline = ContinuousClock.now + .seconds(20)
    while ContinuousClock.now < deadline {
        if try condition() { return true }
        usleep(10_000)
    }
    return false
}
