/// What an audit of a log's ledger found.
public struct AuditReport: Codable, Sendable, Equatable {
    public enum Check: String, Codable, Sendable, Equatable {
        /// in = out + rejected + dead.
        case balance
        /// What was counted as read is what the input holds below the position.
        case input
        /// What was counted as passed is what the output topic holds.
        case output
        /// What was counted as rejected is what the topic of rejections holds of the stage.
        case rejections
        /// What was counted as dead is what the dead letters hold.
        case deadLetters
        /// What the stage before passed is what this one read, or has before it.
        case upstream
        /// Retention has taken what was not handled.
        case retention
        /// What the manifest of published files says is what was counted.
        case files
    }

    public struct Finding: Codable, Sendable, Equatable {
        public var check: Check
        public var stage: String
        /// "docs.filtered-2", or nil where the sum over all is meant.
        public var partition: String?
        public var expected: Int
        public var found: Int
        public var words: String

        public var difference: Int { found - expected }
    }

    public struct StageLine: Codable, Sendable, Equatable {
        public var stage: String
        public var partition: String
        public var position: Int64
        public var `in`: Int
        public var out: Int
        public var rejected: Int
        public var dead: Int
    }

    public var lines: [StageLine] = []
    public var findings: [Finding] = []
    /// What could not be checked, and why.
    public var notes: [String] = []
    /// How many comparisons were made.
    public var checks = 0

    public init() {}

    public var isProven: Bool { findings.isEmpty }
}
