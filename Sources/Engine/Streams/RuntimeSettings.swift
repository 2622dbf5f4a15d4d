/// How a runtime works; the defaults suit a machine with a few cores and stay far below 1 GiB.
public struct RuntimeSettings: Sendable {
    /// Threads that run tasks.
    public var workerCount = 2
    /// A commit is made at least so often while there is something to commit.
    public var commitInterval: Duration = .milliseconds(200)
    /// A commit is made when so many bytes were emitted since the last one.
    public var commitBytes = 48 * 1024 * 1024
    /// Bytes read from a partition at a time.
    public var fetchBytes = 512 * 1024
    /// A stage waits when a partition of one of its outputs holds so many bytes that a stage of this runtime has yet to handle.
    public var backlogBytes = 64 * 1024 * 1024
    /// How long a task runs before another has its turn.
    public var slice: Duration = .milliseconds(50)
    /// Where tasks keep their state on disk.
    public var stateFolder: String
    /// Names the program in dead letters.
    public var build: String
    /// The transactional id: one runtime at a time has it.
    public var transactionalID: String
    /// How often the runtime starts again from the last commit after an error, before it gives up.
    public var restartLimit = 3
    /// How long it waits before it does, the second time; doubled each time, up to five seconds.
    public var restartBackoff: Duration = .milliseconds(100)
    /// A commit is made as soon as nothing is left to handle. Where a commit costs round trips to a cluster, better wait for the interval.
    public var commitsWhenIdle = true
    /// Copies of the state of tasks that other members of the group have are kept up to date, so that taking one over takes no time.
    public var keepsStandbys = false
    /// State is restored from changelogs at most so fast, in bytes of keys and values a second, all tasks of the process together; nil: as fast as it goes.
    /// What librdkafka reads ahead of it, up to 16 MiB a partition, is not held back.
    public var restoreBytesPerSecond: Int?
    /// Stages of the same line that other processes run: what they have yet to read is kept, their backlog makes those before them wait, and a run to the
    /// end of its inputs ends when they have done their part.
    public var outside: [OutsideStage] = []
    /// False while the disk has too little room to go on: then nothing is handled, and the runtime goes on by itself when there is room again.
    public var hasRoom: @Sendable () -> Bool = { true }
    /// Lag is measured so often where nothing is committed.
    public var measureInterval: Duration = .seconds(1)
    /// Retention is applied so often.
    public var retentionInterval: Duration = .seconds(5)

    public init(stateFolder: String, build: String, transactionalID: String) {
        self.stateFolder = stateFolder
        self.build = build
        self.transactionalID = transactionalID
    }
}
