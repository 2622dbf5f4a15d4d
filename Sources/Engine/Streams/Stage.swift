/// One stage: a consumer group that reads topics, runs a processor, and emits to topics.
///
/// A stage runs as tasks. ``Kind/perPartition(_:)`` makes one task for each partition number of the inputs, ``Kind/merged(_:)``
/// one task in all, which sees the records of every partition in the one order (``OrderKey``), ``Kind/joined(_:)`` one task
/// for each partition number, which sees pairs of the two inputs' records, ``Kind/gathered(_:)`` one task in all, which sees the first input's records in the
/// one order, each with those of the other inputs that have its order key, and ``Kind/concurrent(_:_:)`` one task for each partition number, with
/// many records under way at once.
public struct Stage: Sendable {
    public enum Kind: Sendable {
        case perPartition(@Sendable (ProcessorContext) throws -> any Processor)
        case merged(@Sendable (ProcessorContext) throws -> any Processor)
        case joined(@Sendable (ProcessorContext) throws -> any JoiningProcessor)
        case gathered(@Sendable (ProcessorContext) throws -> any GatheringProcessor)
        case concurrent(ConcurrentSettings, @Sendable (ProcessorContext) throws -> any ConcurrentProcessor)
    }

    /// Names the stage in topics, metrics, state folders and dead letters. Changing it loses its state.
    public var name: String
    /// The consumer group.
    public var group: String
    public var inputs: [String]
    public var outputs: [String]
    /// Where refused documents go; nil for a stage that refuses none.
    public var rejections: String?
    public var deadLetters: String
    /// The topic that carries the state's changes; nil for a stage without state.
    public var changelog: String?
    public var kind: Kind
    /// Of a stage with one task in all: the partition number of the first input (modulo their count) whose owner has the task. Stages that read the
    /// same topic spread over a group's members when theirs differ.
    public var anchor: Int32 = 0
    /// What the stage's output depends on.
    public var dependence = Dependence.pure

    public enum Dependence: Sendable {
        /// On its input and settings alone: the same in every replay, with the network off.
        case pure
        /// On what it saw outside as well (archives, the web, a model's answers): its output is the only record of that, so that a replay reads
        /// the output and never looks again.
        case recorded
    }

    public init(
        name: String, group: String, inputs: [String], outputs: [String], rejections: String? = nil, deadLetters: String,
        changelog: String? = nil, kind: Kind
    ) {
        self.name = name
        self.group = group
        self.inputs = inputs
        self.outputs = outputs
        self.rejections = rejections
        self.deadLetters = deadLetters
        self.changelog = changelog
        self.kind = kind
    }

    /// One task in all, which reads every partition and alone writes every partition of its outputs.
    var hasOneTask: Bool {
        switch kind {
        case .merged, .gathered: true
        case .perPartition, .joined, .concurrent: false
        }
    }

    /// Every topic that the stage touches.
    public var topics: [String] { inputs + outputs + [rejections, changelog].compactMap { $0 } + [deadLetters] }
}

/// One task of a stage: the stage over one partition number (0 for a merged stage).
public struct TaskIdentifier: Hashable, Sendable, CustomStringConvertible {
    public var stage: String
    public var partition: Int32

    public init(stage: String, partition: Int32) {
        self.stage = stage
        self.partition = partition
    }

    public var description: String { "\(stage)_\(partition)" }
}
