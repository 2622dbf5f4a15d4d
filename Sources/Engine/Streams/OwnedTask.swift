import LogClient

/// A task that this process owns, from the moment it was given until it is taken away: first its state is restored, then it runs. Or a standby: a
/// copy of the state of a task that another member owns, which is only ever restored.
///
/// Owned by one worker at a time, as the ``StreamTask`` inside.
final class OwnedTask {
    let identifier: TaskIdentifier
    let isStandby: Bool
    private let assembly: TaskAssembly
    private let stage: Stage
    private var opening: TaskOpening?
    /// Nil while the state is being restored.
    private(set) var task: StreamTask?
    /// Changelog entries, and their bytes, that were replayed for this task.
    var restoredCount: Int { restored?.count ?? opening?.restoration?.restoredCount ?? 0 }
    var restoredBytes: Int { restored?.bytes ?? opening?.restoration?.restoredBytes ?? 0 }
    /// Set when the restoration has ended.
    private var restored: (count: Int, bytes: Int)?

    private var standby: StateRestoration?
    private var lastLook = ContinuousClock.now
    /// How often a standby asks whether its changelog has grown.
    private static let standbyInterval: Duration = .milliseconds(500)

    init(stage: Stage, identifier: TaskIdentifier, assembly: TaskAssembly, isStandby: Bool = false) {
        self.isStandby = isStandby
        self.stage = stage
        self.identifier = identifier
        self.assembly = assembly
    }

    var isDirty: Bool { task?.isDirty ?? false }

    /// Changelog entries that must still be replayed before the task can run; nil where it runs, or where they are not counted yet.
    var remainingRestoration: (records: Int64, bytes: Int)? { opening?.restoration.map { ($0.remainingCount, $0.remainingBytes()) } }

    /// Restores, or handles records, until `shouldStop` says so or nothing is there. Returns the bytes emitted, too.
    func run(_ transaction: any LogTransaction, shouldStop: () -> Bool) throws -> (progress: StreamTask.Progress, emittedBytes: Int) {
        if let task { return try task.run(transaction, shouldStop: shouldStop) }
        if isStandby { return (try follow(shouldStop: shouldStop), 0) }
        let opening = try self.opening ?? assembly.open(stage, identifier)
        self.opening = opening
        if let restoration = opening.restoration {
            while !restoration.isDone {
                guard restoration.isAllowed else { return (.starved, 0) }
                guard try restoration.step(waitingAtMost: .milliseconds(10)) else { return (.starved, 0) }
                if shouldStop() { return (.sliceEnded, 0) }
            }
            restored = (restoration.restoredCount, restoration.restoredBytes)
            restoration.close()
        }
        let made = try opening.makeTask()
        // What is published by a commit may have been left undone by a crash right after it.
        try made.resume()
        task = made
        self.opening = nil
        return (.sliceEnded, 0)
    }

    private func follow(shouldStop: () -> Bool) throws -> StreamTask.Progress {
        guard let restoration = standby else {
            standby = try assembly.openStandby(stage, identifier)
            return .sliceEnded
        }
        if restoration.isDone {
            guard ContinuousClock.now - lastLook >= Self.standbyInterval else { return .starved }
            lastLook = .now
            try restoration.lookForMore()
        }
        while !restoration.isDone {
            guard restoration.isAllowed, try restoration.step(waitingAtMost: .zero) else { return .starved }
            if shouldStop() { return .sliceEnded }
        }
        return .starved
    }

    /// Nothing more is read for this task.
    func close() {
        standby?.close()
        opening?.restoration?.close()
        task?.close()
    }
}
