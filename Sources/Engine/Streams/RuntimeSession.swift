import Coordination
import Glibc
import LogClient
import Synchronization

/// One life of a runtime's tasks: from their making to completion, a stop, or an error.
struct RuntimeSession {
    private let engine: any LogEngine
    private let memberships: [StageMembership]
    private let settings: RuntimeSettings
    private let assembly: TaskAssembly
    private let scheduler: TaskScheduler
    private var transaction: any LogTransaction
    private var snapshot = RuntimeSnapshot()
    /// Tasks that wait because a partition they write is full of what others have yet to handle.
    private var blocked: Set<TaskIdentifier> = []
    private var lastRetention = ContinuousClock.now
    private var lastMeasure = ContinuousClock.now
    private let outside: OutsideStages
    private var waitsForOutsideSince: ContinuousClock.Instant?

    init(engine: any LogEngine, memberships: [StageMembership], settings: RuntimeSettings, assembly: TaskAssembly) throws {
        self.engine = engine
        self.memberships = memberships
        self.settings = settings
        self.assembly = assembly
        transaction = try engine.beginTransaction(id: settings.transactionalID)
        scheduler = TaskScheduler(settings)
        outside = OutsideStages(settings.outside, engine: engine)
    }

    /// Returns true where everything is done or a stop was asked for, and false where the tasks must be made anew without an error.
    mutating func run(
        until completion: StreamRuntime.Completion, stopRequested: () -> Bool, onCommit: (RuntimeSnapshot) -> Void
    ) throws -> Bool {
        var workers = WorkerThreads()
        let scheduler = scheduler
        workers.start(settings.workerCount) { scheduler.work() }
        defer {
            scheduler.stop()
            workers.join()
            for task in scheduler.tasks { task.close() }
        }
        for membership in memberships { add(membership.tasks, of: membership.stage) }
        arrangeStandbys()
        while true {
            let stopping = stopRequested()
            if !stopping { guard try takeChanges(onCommit) else { return false } }
            if !stopping, try mustWaitForRoom(onCommit) { continue }
            scheduler.runTasks(transaction, blocked: blocked, atMost: stopping ? .zero : settings.commitInterval)
            let isIdle = try scheduler.checkFailure()
            if scheduler.tasks.contains(where: \.isDirty) {
                waitsForOutsideSince = nil
                try commit(onCommit)
            } else if stopping {
                return true
            } else if isIdle, case .inputsExhausted = completion, try isComplete() {
                // Positions have moved past the last markers: the final snapshot shows no lag.
                try measure()
                onCommit(snapshot)
                return true
            } else if ContinuousClock.now - lastMeasure > settings.measureInterval {
                try measure()
                onCommit(snapshot)
                for task in scheduler.tasks { task.task?.noteMovedPositions() }
            }
        }
    }

    /// Where the disk is full, waits a little, and lets retention make room.
    private mutating func mustWaitForRoom(_ onCommit: (RuntimeSnapshot) -> Void) throws -> Bool {
        let isFull = !settings.hasRoom()
        let changed = isFull != snapshot.isDiskFull
        snapshot.isDiskFull = isFull
        if changed { onCommit(snapshot) }
        guard isFull else { return false }
        try applyRetention()
        var pause = timespec(tv_sec: 0, tv_nsec: 100_000_000)
        nanosleep(&pause, nil)
        return true
    }

    private mutating func isComplete() throws -> Bool {
        guard try memberships.allSatisfy(\.hasAssignment), try isDrained() else { return false }
        guard !outside.isEmpty else { return true }
        // Asked again behind the others: what they did until then may lie before our own stages.
        let isDone = try outside.isDone() && isDrained()
        waitsForOutsideSince = isDone ? nil : waitsForOutsideSince ?? .now
        return isDone
    }

    private func isDrained() throws -> Bool { try scheduler.tasks.allSatisfy { try $0.task?.isDrained() ?? false } }

    // MARK: What belongs to this process

    private func add(_ identifiers: [TaskIdentifier], of stage: Stage) {
        scheduler.replaceTasks(
            scheduler.tasks + identifiers.map { OwnedTask(stage: stage, identifier: $0, assembly: assembly) })
    }

    /// Carries out what the groups' coordinators ask for. Returns false where tasks were lost, whose part of the transaction must not be committed.
    private mutating func takeChanges(_ onCommit: (RuntimeSnapshot) -> Void) throws -> Bool {
        for membership in memberships {
            while let change = try membership.nextChange(waitingAtMost: .zero) {
                let before = Set(membership.tasks)
                switch change {
                case .assigned:
                    try membership.confirm(change)
                    // A copy that was kept warm is the task's own state from now on.
                    remove(Set(membership.tasks).subtracting(before))
                    add(membership.tasks.filter { !before.contains($0) }, of: membership.stage)
                case .revoked(let numbers):
                    // All tasks share the transaction; what the leaving ones handled is theirs to commit, now or never.
                    if scheduler.tasks.contains(where: \.isDirty) { try commit(onCommit) }
                    remove(before.subtracting(membership.tasks(owning: membership.owned.subtracting(numbers))))
                    try membership.confirm(change)
                case .lost:
                    try membership.confirm(change)
                    try? transaction.abort()
                    return false
                }
                arrangeStandbys()
                try measure()
            }
        }
        return true
    }

    /// Brings the copies of other members' state in line with what is whose.
    private func arrangeStandbys() {
        guard settings.keepsStandbys else { return }
        var tasks = scheduler.tasks
        for membership in memberships {
            let wanted = Set(membership.standbys)
            let present = Set(tasks.filter(\.isStandby).map(\.identifier))
            for identifier in wanted.subtracting(present).sorted(by: { $0.partition < $1.partition }) {
                tasks.append(OwnedTask(stage: membership.stage, identifier: identifier, assembly: assembly, isStandby: true))
            }
        }
        scheduler.replaceTasks(tasks)
    }

    private func remove(_ identifiers: Set<TaskIdentifier>) {
        for task in scheduler.tasks where identifiers.contains(task.identifier) { task.close() }
        scheduler.replaceTasks(scheduler.tasks.filter { !identifiers.contains($0.identifier) })
    }

    // MARK: Commit

    private mutating func commit(_ onCommit: (RuntimeSnapshot) -> Void) throws {
        let began = ContinuousClock.now
        let current = transaction
        let positions = Mutex<[OffsetCommit]>([])
        do {
            try scheduler.forEachTask { task in
                let commits = try task.isDirty ? task.prepareCommit(current) : []
                positions.withLock { $0 += commits }
            }
            try current.commit(positions.withLock { $0 })
        } catch {
            try? current.abort()
            throw error
        }
        try scheduler.forEachTask { task in if task.isDirty { try task.finishCommit(current) } }
        transaction = try engine.beginTransaction(id: settings.transactionalID)
        snapshot.commits += 1
        snapshot.lastCommit = ContinuousClock.now - began
        try measure()
        try applyRetention()
        onCommit(snapshot)
    }

    /// Retention never takes what a stage of this runtime has yet to handle, or would read again after a crash.
    private mutating func applyRetention() throws {
        guard ContinuousClock.now - lastRetention >= settings.retentionInterval else { return }
        lastRetention = ContinuousClock.now
        // A task that is still being restored has not said yet from where it will read.
        guard scheduler.tasks.allSatisfy({ $0.isStandby || $0.task != nil }) else { return }
        var keeping: [TopicPartition: Int64] = [:]
        for task in scheduler.tasks {
            for (partition, offset) in task.task?.committedPositions ?? [] {
                keeping[partition] = min(keeping[partition] ?? .max, offset)
            }
        }
        for (partition, offset) in try outside.positions() { keeping[partition] = min(keeping[partition] ?? .max, offset) }
        try engine.applyRetention(keeping: keeping)
    }

    /// Lag, and which stages must wait for those behind them.
    private mutating func measure() throws {
        lastMeasure = ContinuousClock.now
        var states: [String: RuntimeSnapshot.StageState] = [:]
        for membership in memberships { states[membership.stage.name] = RuntimeSnapshot.StageState(name: membership.stage.name) }
        var backlog: [TopicPartition: Int] = [:]
        let running = scheduler.tasks.compactMap(\.task)
        for task in running {
            for (partition, offset) in task.positions {
                let left = try engine.backlog(of: partition, from: offset)
                states[task.stage.name]?.lagBytes += left.bytes
                states[task.stage.name]?.lagRecords += left.records
                states[task.stage.name]?.positions.append(
                    .init(topic: partition.topic, partition: partition.partition, offset: Int(offset), lagRecords: left.records))
                backlog[partition] = max(backlog[partition] ?? 0, left.bytes)
            }
            states[task.stage.name]?.ledger += task.ledger
            states[task.stage.name]?.stateBytes += task.stateByteCount
        }
        let others = try outside.look()
        for (partition, offset) in try outside.positions() {
            backlog[partition] = try max(backlog[partition] ?? 0, engine.backlog(of: partition, from: offset).bytes)
        }
        // Task by task, not stage by stage: where a partition is full because a merge waits for another one, that other one must go on.
        let full = Set(backlog.filter { $0.value > settings.backlogBytes }.keys)
        blocked = Set(running.filter { $0.ownOutputPartitions.contains(where: full.contains) }.map(\.identifier))
        for task in scheduler.tasks where task.isStandby { states[task.identifier.stage]?.standbyTasks += 1 }
        for task in scheduler.tasks where !task.isStandby {
            states[task.identifier.stage]?.tasks.append(task.identifier.partition)
            states[task.identifier.stage]?.restoredRecords += task.restoredCount
            states[task.identifier.stage]?.restoredBytes += task.restoredBytes
            if task.task == nil {
                let (records, bytes) = task.remainingRestoration ?? (0, 0)
                states[task.identifier.stage]?.restoringTasks += 1
                states[task.identifier.stage]?.restoringRecords += Int(records)
                states[task.identifier.stage]?.restoringBytes += bytes
            }
            if blocked.contains(task.identifier) { states[task.identifier.stage]?.isBlocked = true }
        }
        snapshot.stages = memberships.compactMap { states[$0.stage.name] } + others
        snapshot.waitingForOutside = waitsForOutsideSince.map { ContinuousClock.now - $0 }
        let restoring = snapshot.stages.reduce(0) { $0 + $1.restoringRecords }
        snapshot.restorationTimeLeft = restoring > 0 ? assembly.pace.timeLeft(for: restoring) : nil
    }
}
