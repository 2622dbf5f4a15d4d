public import Streams

/// What a run made, as `leat run --json` prints it and the HTML report shows it.
///
/// Counts of stages are those of the data folder's whole history, not of one process: they are kept in the log, in the same transactions as
/// the documents, so that a killed and resumed run reports what an undisturbed one does.
public struct RunReport: Codable, Sendable {
    public struct StageCounts: Codable, Sendable {
        public var `in` = 0
        public var out = 0
        public var rejected = 0
        public var dead = 0
        /// Refusals by rule.
        public var rules: [String: Int] = [:]
        /// What else the stage counted.
        public var counts: [String: Int] = [:]

        public init() {}

        init(_ ledger: Ledger) {
            self.in = ledger.in
            out = ledger.out
            rejected = ledger.rejected
            dead = ledger.dead
            rules = ledger.rules
            counts = ledger.counts.filter { !$0.key.hasPrefix("language_") && !$0.key.hasPrefix("length_") }
        }
    }

    public struct Example: Codable, Sendable {
        public var rule: String
        public var value: Double
        public var threshold: Double
        public var detail: String
        public var url: String
        /// The first characters of the text.
        public var text: String
    }

    public struct Output: Codable, Sendable {
        public var path: String
        public var bytes: Int
        public var items: Int
    }

    /// In the order of the recipe; stages that other processes run come last.
    public var stageOrder: [String] = []
    public var stages: [String: StageCounts] = [:]
    /// Documents that are in the lake or, without one, that the last stage passed.
    public var documents = 0
    /// Ids in the shards, end-of-document tokens not counted.
    public var tokens = 0
    /// Pages that this process extracted; the stages' counts are of the whole history.
    public var pagesOfThisRun = 0
    /// Of this process: wall clock, processor time of all threads, greatest resident memory.
    public var seconds = 0.0
    public var cpuSeconds = 0.0
    public var peakResidentBytes = 0
    /// Bytes of the lake's and the shards' published files.
    public var bytes = 0
    public var languages: [String: Int] = [:]
    /// Documents by length: the key is the exponent of the smallest power of two above the number of characters.
    public var lengths: [String: Int] = [:]
    public var examples: [Example] = []
    public var shards: [Output] = []
    public var lake: [Output] = []
    /// Σ in = Σ out + Σ rejected + Σ dead for every stage.
    public var isBalanced = true
    public var commits = 0
    public var restarts = 0
    /// Why the last restart was, where there was one.
    public var lastFailure: String?

    public init() {}

    /// Takes the stages' ledgers.
    public mutating func add(_ snapshot: RuntimeSnapshot) {
        commits = snapshot.commits
        restarts = snapshot.restarts
        lastFailure = snapshot.lastFailure
        stageOrder = snapshot.stages.map(\.name)
        for stage in snapshot.stages {
            let ledger = stage.ledger
            stages[stage.name] = StageCounts(ledger)
            if !ledger.isBalanced { isBalanced = false }
            for (name, count) in ledger.counts {
                if name.hasPrefix("language_") { languages[String(name.dropFirst(9)), default: 0] += count }
                if name.hasPrefix("length_") { lengths[String(name.dropFirst(7)), default: 0] += count }
            }
        }
        tokens = stages["shards"]?.counts["tokens"] ?? stages["tokenize"]?.counts["tokens"] ?? 0
        documents = stages["lake"]?.out ?? snapshot.stages.last { !$0.isOutside }?.ledger.out ?? 0
    }
}
