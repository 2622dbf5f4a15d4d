import AccessControl
import Broker
import NIOCore
import Synchronization

/// The server's one timer: session time-outs of groups, time-outs of transactions, retention.
///
/// It sleeps until the next thing is due, so that an idle server does not wake up. Thread rule: any thread.
final class Housekeeper: Sendable {
    /// How often compaction and tiering are looked at, where a topic asks for them (Kafka's `log.cleaner.backoff.ms`).
    private static let maintenanceMilliseconds: Int64 = 15_000
    /// Without anything due, the longest sleep: the broker's own topics are kept short in between.
    private static let longestSleepMilliseconds: Int64 = 60_000
    /// How soon after a transaction's request its time-outs are looked at.
    private static let transactionMilliseconds: Int64 = 1_000

    private struct State {
        var core: ServerCore?
        var loop: (any EventLoop)?
        var timer: Scheduled<Void>?
        var due: NIODeadline?
        var isRunning = false
        var nextHousekeeping: Int64 = 0
        var nextMaintenance: Int64 = 0
        var isStopped = false
    }

    private let state = NIOLoopSafeState()

    private final class NIOLoopSafeState: Sendable {
        let value = Mutex(State())
    }

    func start(_ core: ServerCore, on loop: any EventLoop) {
        state.value.withLock { state in
            state.core = core
            state.loop = loop
        }
        wake(inMilliseconds: 0)
    }

    func stop() {
        state.value.withLock { state in
            state.isStopped = true
            state.timer?.cancel()
            state.core = nil
        }
    }

    /// A transaction was begun or changed: it has a time-out.
    func noteTransaction() { wake(inMilliseconds: Self.transactionMilliseconds) }

    /// Topics or their settings changed: there may be something to compact or to move.
    func noteTopics() { wake(inMilliseconds: Self.maintenanceMilliseconds) }

    /// The broker's settings changed: retention may be due sooner, and there may be something to compact.
    func noteSettings() {
        state.value.withLock { $0.nextHousekeeping = 0 }
        wake(inMilliseconds: 0)
    }

    private func untilHousekeeping(_ core: ServerCore) -> Int64 {
        max(0, state.value.withLock { $0.nextHousekeeping } - core.steadyMilliseconds)
    }

    /// Something will be due so soon.
    func wake(inMilliseconds delay: Int64) {
        state.value.withLock { state in
            guard !state.isStopped, let loop = state.loop else { return }
            let due = NIODeadline.now() + .milliseconds(max(0, delay))
            if let present = state.due, present <= due, state.timer != nil { return }
            state.timer?.cancel()
            state.due = due
            state.timer = loop.scheduleTask(deadline: due) { [self] in run() }
        }
    }

    private func run() {
        let core = state.value.withLock { state -> ServerCore? in
            state.timer = nil
            state.due = nil
            guard !state.isRunning else { return nil }
            state.isRunning = true
            return state.core
        }
        guard let core else { return }
        core.work { [self] in
            core.groups.tick()
            core.transactions.tick(now: core.wallMilliseconds)
            keepHouse(core)
            let untilMaintenance = maintain(core)
            state.value.withLock { $0.isRunning = false }
            let next = [
                core.groups.millisecondsUntilNextDeadline(), core.transactions.millisecondsUntilNextTick(now: core.wallMilliseconds),
                untilHousekeeping(core), untilMaintenance, Self.longestSleepMilliseconds,
            ].compactMap { $0 }.min()
            wake(inMilliseconds: next ?? 0)
        }
    }

    /// Compaction and tiering, where a topic asks for them; in how many milliseconds again.
    private func maintain(_ core: ServerCore) -> Int64? {
        guard core.configuration.keepsHouse, core.broker.hasMaintenance else { return nil }
        let now = core.steadyMilliseconds
        let isDue = state.value.withLock { state in
            guard now >= state.nextMaintenance else { return false }
            state.nextMaintenance = now + Self.maintenanceMilliseconds
            return true
        }
        if isDue { core.broker.beginMaintenance(now: core.wallMilliseconds) }
        return max(0, state.value.withLock { $0.nextMaintenance } - now)
    }

    /// Retention, and what else is done now and then.
    private func keepHouse(_ core: ServerCore) {
        let now = core.steadyMilliseconds
        let isDue = state.value.withLock { state in
            guard now >= state.nextHousekeeping else { return false }
            state.nextHousekeeping = now + core.broker.settings.integer("log.retention.check.interval.ms")
            return true
        }
        guard isDue else { return }
        core.audit.writeLeftOut(now: core.wallMilliseconds)
        guard core.configuration.keepsHouse else { return }
        do {
            try core.broker.housekeep(now: core.wallMilliseconds)
        } catch {
            // A partition that fails says so to whoever writes to it next; a remote store that is away nobody else would tell of.
            core.configuration.report?("housekeeping: \(error)")
        }
    }
}
