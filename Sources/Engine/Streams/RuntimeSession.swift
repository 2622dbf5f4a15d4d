import Coordination
import Glibc
import LogClient
import Synchronization

/// One life of a runtime's tasks: from their making to completion, a stop, or an error.
struct RuntimeSession {
    private let engine: any LogEngine
    private let stages: [Stage]
    private let settings: RuntimeSettings
    private let scheduler: TaskScheduler
    private var transaction: any LogTransaction
    private var snapshot = RuntimeSnapshot()
    /// Tasks that wait because a partition they write is full of what others have yet to handle.
    private var blocked: Set<TaskIdentifier> = []
    private var lastRetention = ContinuousClock.now

    init(engine: any LogEngine, stages: [Stage], settings: RuntimeSettings, tasks: [StreamTask]) throws {
        self.engine = engine
        self.stages = stages
        self.settings = settings
        transaction = try engine.beginTransaction(id: settings.transactionalID)
        scheduler = TaskScheduler(tasks: tasks, slice: settings.slice, commitBytes: settings.commitBytes)
    }

    mutating func run(
        until completion: StreamRuntime.Completion, stopRequested: () -> Bool, onCommit: (RuntimeSnapshot) -> Void
    ) throws {
        var workers = WorkerThreads()
        let scheduler = scheduler
        workers.start(settings.workerCount) { scheduler.work() }
        defer {
            scheduler.stop()
            workers.join()
        }
        // What is published by a commit may have been left undone by a crash right after it.
        try scheduler.forEachTask { task in try task.finishCommit() }
        try measure(commitTime: .zero)
        while true {
            let stopping = stopRequested()
            scheduler.runTasks(transaction, blocked: blocked, atMost: stopping ? .zero : settings.commitInterval)
            let isIdle = try scheduler.checkFailure()
            if try scheduler.anyTask({ $0.isDirty }) {
                try commit()
                onCommit(snapshot)
            } else if stopping {
                return
            } else if isIdle, case .inputsExhausted = completion, try scheduler.allTasks({ try $0.isDrained() }) {
                // Positions have moved past the last markers: the final snapshot shows no lag.
                try measure(commitTime: snapshot.lastCommit)
                onCommit(snapshot)
                return
            }
        }
    }

    private mutating func commit() throws {
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
        try scheduler.forEachTask { task in if task.isDirty { try task.finishCommit() } }
        transaction = try engine.beginTransaction(id: settings.transactionalID)
        snapshot.commits += 1
        try measure(commitTime: ContinuousClock.now - began)
        try applyRetention()
    }

    /// Retention never takes what a stage of this runtime has yet to handle, or would read again after a crash.
    private mutating func applyRetention() throws {
        guard ContinuousClock.now - lastRetention >= settings.retentionInterval else { return }
        lastRetention = ContinuousClock.now
        var keeping: [TopicPartition: Int64] = [:]
        for task in scheduler.tasks {
            for (partition, offset) in task.committedPositions {
                keeping[partition] = min(keeping[partition] ?? .max, offset)
            }
        }
        try engine.applyRetention(keeping: keeping)
    }

    /// Lag, and which stages must wait for those behind them.
    private mutating func measure(commitTime: Duration) throws {
        var lag: [String: Int] = [:]
        var backlog: [TopicPartition: Int] = [:]
        var ledgers: [String: Ledger] = [:]
        let tasks = scheduler.tasks
        for task in tasks {
            ledgers[task.identifier.stage, default: Ledger()] += task.ledger
            for (partition, offset) in task.positions {
                let bytes = try engine.byteCount(of: partition, from: offset)
                lag[task.identifier.stage, default: 0] += bytes
                backlog[partition] = max(backlog[partition] ?? 0, bytes)
            }
        }
        // Task by task, not stage by stage: where a partition is full because a merge waits for another one, that other one must go on.
        let full = Set(backlog.filter { $0.value > settings.backlogBytes }.keys)
        blocked = Set(tasks.filter { $0.ownOutputPartitions.contains(where: full.contains) }.map(\.identifier))
        snapshot.lastCommit = commitTime
        snapshot.stages = stages.map { stage in
            RuntimeSnapshot.StageState(
                name: stage.name, ledger: ledgers[stage.name] ?? Ledger(), lagBytes: lag[stage.name] ?? 0,
                isBlocked: blocked.contains { $0.stage == stage.name })
        }
    }
}
