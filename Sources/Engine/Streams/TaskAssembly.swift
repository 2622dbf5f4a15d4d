import Coordination
import LogClient
import Records
import StateStore

/// Makes the tasks of stages: cursors at the committed positions, state restored from its changelog.
struct TaskAssembly {
    let engine: any LogEngine
    let fetchBytes: Int
    let build: String
    let compression: @Sendable (String) -> CompressionCodec
    let nowMilliseconds: @Sendable () -> Int64
    /// Opens a task's state.
    let openState: (TaskIdentifier) throws -> any TaskState

    func tasks(of stages: [Stage]) throws -> [StreamTask] { try stages.flatMap { try tasks(of: $0) } }

    private func tasks(of stage: Stage) throws -> [StreamTask] {
        let counts = try stage.inputs.map { topic throws(EngineError) in try engine.partitionCount(of: topic) }
        for topic in stage.topics { _ = try engine.partitionCount(of: topic) }
        switch stage.kind {
        case .merged:
            return [try task(stage, number: 0, partitions: counts.map { 0..<$0 }, isOnly: true)]
        case .perPartition, .joined:
            guard let count = counts.first, counts.allSatisfy({ $0 == count }) else {
                throw EngineError(
                    .invalidRequest,
                    "stage \(stage.name): its inputs \(stage.inputs) have \(counts) partitions; they must have the same number")
            }
            return try (0..<count).map { number in
                try task(stage, number: number, partitions: counts.map { _ in number..<number + 1 }, isOnly: count == 1)
            }
        }
    }

    private func task(_ stage: Stage, number: Int32, partitions: [Range<Int32>], isOnly: Bool) throws -> StreamTask {
        let identifier = TaskIdentifier(stage: stage.name, partition: number)
        var changelog: TaskChangelog?
        if let topic = stage.changelog {
            let state = try openState(identifier)
            let opened = TaskChangelog(
                state: state, partition: TopicPartition(topic, number), compression: compression(topic),
                nowMilliseconds: nowMilliseconds)
            _ = try opened.restore(from: engine)
            changelog = opened
        }
        var cursors: [InputCursor] = []
        for (input, range) in partitions.enumerated() {
            for partition in range {
                cursors.append(
                    try InputCursor(
                        partition: TopicPartition(stage.inputs[input], partition), input: input, engine: engine,
                        group: stage.group, fetchBytes: fetchBytes))
            }
        }
        let context = ProcessorContext(
            task: identifier, outputPartitions: try stage.outputs.map { topic throws(EngineError) in try engine.partitionCount(of: topic) },
            deadLetterPartitions: try engine.partitionCount(of: stage.deadLetters), state: changelog?.state)
        return try StreamTask(
            stage: stage, identifier: identifier, cursors: cursors, context: context,
            outputs: OutputCollector(compression: compression, nowMilliseconds: nowMilliseconds), state: changelog,
            ownsAllOutputs: isOnly, build: build, nowMilliseconds: nowMilliseconds)
    }
}
