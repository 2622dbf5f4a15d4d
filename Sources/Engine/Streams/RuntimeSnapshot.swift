/// How a runtime stands after a commit.
public struct RuntimeSnapshot: Sendable {
    public struct StageState: Sendable {
        public var name: String
        public var ledger: Ledger
        /// Bytes in the stage's inputs that it has yet to handle.
        public var lagBytes: Int
        /// True where the stage waits because a topic that it writes is full of unhandled records.
        public var isBlocked: Bool
    }

    /// In the order in which the stages were given.
    public var stages: [StageState] = []
    public var commits = 0
    public var restarts = 0
    /// Why the last restart was.
    public var lastFailure: String?
    /// How long the last commit took.
    public var lastCommit: Duration = .zero

    public init() {}
}
