/// How a runtime stands after a commit.
public struct RuntimeSnapshot: Sendable {
    public struct StageState: Sendable {
        public var name: String
        /// Of the partitions that this process has.
        public var ledger = Ledger()
        /// Bytes in the stage's inputs that it has yet to handle; over the wire an estimate.
        public var lagBytes = 0
        /// Records, at most: control records are counted, too.
        public var lagRecords = 0
        /// True where the stage waits because a topic that it writes is full of unhandled records.
        public var isBlocked = false
        /// Partition numbers of the tasks that this process has.
        public var tasks: [Int32] = []
        /// Of them, those whose state is being restored, and the changelog entries that are left for them.
        public var restoringTasks = 0
        public var restoringRecords = 0
        /// Bytes of keys and values of those, about.
        public var restoringBytes = 0
        /// Changelog entries replayed since the tasks were made.
        public var restoredRecords = 0
        public var restoredBytes = 0
        /// Tasks of other members whose state is kept warm here.
        public var standbyTasks = 0
        /// Bytes of state, on disk and in memory.
        public var stateBytes = 0
        /// True for a stage that other processes run.
        public var isOutside = false
        /// Of such a stage: for how long its positions have not moved though there is something before them.
        public var standingFor: Duration = .zero
        /// Where each input partition of this process's tasks stands.
        public var positions: [Position] = []

        public init(name: String) { self.name = name }
    }

    public struct Position: Sendable {
        public var topic: String
        public var partition: Int32
        /// The next record to handle.
        public var offset: Int
        public var lagRecords: Int

        public init(topic: String, partition: Int32, offset: Int, lagRecords: Int) {
            self.topic = topic
            self.partition = partition
            self.offset = offset
            self.lagRecords = lagRecords
        }
    }

    /// In the order in which the stages were given.
    public var stages: [StageState] = []
    public var commits = 0
    public var restarts = 0
    /// Why the last restart was.
    public var lastFailure: String?
    /// True while nothing is handled because the disk is full.
    public var isDiskFull = false
    /// How long what is being restored will take, all stages together, at the pace of the last seconds; nil where nothing is, or it is not known yet.
    public var restorationTimeLeft: Duration?
    /// For how long everything here has been done, while stages of other processes have not.
    public var waitingForOutside: Duration?
    /// How long the last commit took.
    public var lastCommit: Duration = .zero

    public init() {}
}
