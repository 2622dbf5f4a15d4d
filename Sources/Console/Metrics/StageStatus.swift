public import Streams

/// How one process of a stage stands, as its endpoint tells it at /status: a JSON array of these, one for each stage of the process.
public struct StageStatus: Codable, Sendable, Equatable {
    /// What is left of the restoration of state.
    public struct Restoration: Codable, Sendable, Equatable {
        public var tasks: Int
        /// Changelog entries.
        public var records: Int
        /// Of keys and values, about.
        public var bytes: Int
        /// At the pace of the last seconds, all of the process; nil where it is not known yet.
        public var secondsLeft: Double?
    }

    public var stage: String
    public var group: String
    public var build: String
    public var tasks: [Int32]
    public var standbyTasks: Int
    /// Of the partitions of this process, since the group began.
    public var `in`: Int
    public var out: Int
    public var rejected: Int
    public var dead: Int
    public var rules: [String: Int]
    public var lagRecords: Int
    public var lagBytes: Int
    public var stateBytes: Int
    /// Nil where nothing is being restored.
    public var restoring: Restoration?
    public var restoredRecords: Int
    public var restoredBytes: Int
    /// Of this process.
    public var commits: Int
    public var lastCommitSeconds: Double
    /// Milliseconds since 1970; nil before the first.
    public var lastCommitAt: Int64?
    public var restarts: Int
    /// Why the last restart was.
    public var lastFailure: String?
    public var isDiskFull: Bool

    init(
        _ stage: RuntimeSnapshot.StageState, _ snapshot: RuntimeSnapshot, group: String, build: String, lastCommitAt: Int64?
    ) {
        self.stage = stage.name
        self.group = group
        self.build = build
        tasks = stage.tasks.sorted()
        standbyTasks = stage.standbyTasks
        `in` = stage.ledger.in
        out = stage.ledger.out
        rejected = stage.ledger.rejected
        dead = stage.ledger.dead
        rules = stage.ledger.rules
        lagRecords = stage.lagRecords
        lagBytes = stage.lagBytes
        stateBytes = stage.stateBytes
        if stage.restoringTasks > 0 {
            restoring = Restoration(
                tasks: stage.restoringTasks, records: stage.restoringRecords, bytes: stage.restoringBytes,
                secondsLeft: snapshot.restorationTimeLeft?.seconds)
        }
        restoredRecords = stage.restoredRecords
        restoredBytes = stage.restoredBytes
        commits = snapshot.commits
        lastCommitSeconds = snapshot.lastCommit.seconds
        self.lastCommitAt = lastCommitAt
        restarts = snapshot.restarts
        lastFailure = snapshot.lastFailure
        isDiskFull = snapshot.isDiskFull
    }
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
