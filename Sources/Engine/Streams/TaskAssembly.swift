import Coordination
import LogClient
import Records
import StateStore

/// Makes the tasks of stages: state restored from its changelog, cursors at the committed positions.
struct TaskAssembly {
    let engine: any LogEngine
    let fetchBytes: Int
    let build: String
    let compression: @Sendable (String) -> CompressionCodec
    let nowMilliseconds: @Sendable () -> Int64
    /// Opens a task's state.
    let openState: (TaskIdentifier) throws -> any TaskState
    /// How fast all tasks together restore.
    var pace = RestorationPace()

    /// The tasks that belong to these partition numbers of a stage's first input, which has `partitionCount` of them.
    static func tasks(of stage: Stage, owning numbers: some Sequence<Int32>, of partitionCount: Int32) -> [TaskIdentifier] {
        guard stage.hasOneTask else { return numbers.sorted().map { TaskIdentifier(stage: stage.name, partition: $0) } }
        // The one task that reads everything is with whoever has one certain partition.
        return numbers.contains(stage.anchor % max(1, partitionCount)) ? [TaskIdentifier(stage: stage.name, partition: 0)] : []
    }

    /// Checks that the stage's topics are there and fit together, before any of its tasks is made.
    func check(_ stage: Stage) throws(EngineError) {
        for topic in stage.topics { _ = try engine.partitionCount(of: topic) }
        let counts = try stage.inputs.map { topic throws(EngineError) in try engine.partitionCount(of: topic) }
        if stage.hasOneTask { return }
        guard let count = counts.first, counts.allSatisfy({ $0 == count }) else {
            throw EngineError(
                .invalidRequest,
                "stage \(stage.name): its inputs \(stage.inputs) have \(counts) partitions; they must have the same number")
        }
    }

    /// The state of a task that another member owns, to be kept up to date; nil for a stage without state.
    func openStandby(_ stage: Stage, _ identifier: TaskIdentifier) throws -> StateRestoration? {
        guard let topic = stage.changelog else { return nil }
        return try StateRestoration(try openState(identifier), from: TopicPartition(topic, identifier.partition), of: engine, pace: pace)
    }

    /// Begins to open a task.
    ///
    /// The positions are read first: what an earlier owner has committed shows in them, and from then on it can commit nothing more; the
    /// changelog as it is afterwards therefore holds everything that belongs to them.
    func open(_ stage: Stage, _ identifier: TaskIdentifier) throws -> TaskOpening {
        let counts = try stage.inputs.map { topic throws(EngineError) in try engine.partitionCount(of: topic) }
        let number = identifier.partition
        let ranges: [Range<Int32>]
        let isOnly: Bool
        if stage.hasOneTask {
            ranges = counts.map { 0..<$0 }
            isOnly = true
        } else {
            ranges = counts.map { _ in number..<number + 1 }
            isOnly = counts.first == 1
        }
        let inputs = ranges.enumerated().flatMap { input, range in
            range.map { (input: input, partition: TopicPartition(stage.inputs[input], $0)) }
        }
        let committed = try engine.committedPositions(of: stage.group, in: inputs.map(\.partition))
        var changelog: TaskChangelog?
        var restoration: StateRestoration?
        if let topic = stage.changelog {
            let opened = TaskChangelog(
                state: try openState(identifier), partition: TopicPartition(topic, number), compression: compression(topic),
                nowMilliseconds: nowMilliseconds)
            restoration = try StateRestoration(opened.state, from: opened.partition, of: engine, pace: pace)
            changelog = opened
        }
        return TaskOpening(
            assembly: self, stage: stage, identifier: identifier, inputs: inputs, committed: committed, changelog: changelog,
            restoration: restoration, isOnly: isOnly)
    }
}

/// A task of which everything is there but its restored state.
struct TaskOpening {
    fileprivate let assembly: TaskAssembly
    fileprivate let stage: Stage
    fileprivate let identifier: TaskIdentifier
    fileprivate let inputs: [(input: Int, partition: TopicPartition)]
    fileprivate let committed: [TopicPartition: OffsetAndMetadata]
    fileprivate let changelog: TaskChangelog?
    /// To be brought to its end first; nil for a stage without state.
    let restoration: StateRestoration?
    fileprivate let isOnly: Bool

    fileprivate init(
        assembly: TaskAssembly, stage: Stage, identifier: TaskIdentifier, inputs: [(input: Int, partition: TopicPartition)],
        committed: [TopicPartition: OffsetAndMetadata], changelog: TaskChangelog?, restoration: StateRestoration?, isOnly: Bool
    ) {
        self.assembly = assembly
        self.stage = stage
        self.identifier = identifier
        self.inputs = inputs
        self.committed = committed
        self.changelog = changelog
        self.restoration = restoration
        self.isOnly = isOnly
    }

    func makeTask() throws -> StreamTask {
        let engine = assembly.engine
        let cursors = try inputs.map { input, partition in
            try InputCursor(
                partition: partition, input: input, engine: engine, committed: committed[partition], fetchBytes: assembly.fetchBytes)
        }
        let context = ProcessorContext(
            task: identifier, outputPartitions: try stage.outputs.map { topic throws(EngineError) in try engine.partitionCount(of: topic) },
            deadLetterPartitions: try engine.partitionCount(of: stage.deadLetters), state: changelog?.state)
        return try StreamTask(
            stage: stage, identifier: identifier, cursors: cursors, context: context,
            outputs: OutputCollector(compression: assembly.compression, nowMilliseconds: assembly.nowMilliseconds), state: changelog,
            ownsAllOutputs: isOnly, build: assembly.build, nowMilliseconds: assembly.nowMilliseconds)
    }
}
