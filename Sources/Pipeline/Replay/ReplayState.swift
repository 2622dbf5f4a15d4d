import Coordination
public import LogClient
import Records
import Streams

/// Gives a replay's stages a copy of the live stages' state, by copying the changelogs that the state is made of.
///
/// Right only where the live stage stands exactly where the replay begins: then what the state has seen is what comes before.
public struct ReplayState {
    private let engine: any LogEngine

    public init(_ engine: any LogEngine) { self.engine = engine }

    /// Throws, with the reason, where the live state is not that of the replay's start.
    public func check(_ replay: WebReplay, _ ranges: [ReplayRange]) throws {
        for stage in replay.live where stage.changelog != nil {
            if let folder = stage.folder {
                throw PipelineError("the state of the stage \(stage.name) goes with its files in \(folder)/, which a replay does not copy: use --state scratch")
            }
            for range in ranges where stage.inputs.contains(range.topic) {
                let stands = try engine.committedPosition(of: stage.group, in: range.place)?.offset ?? engine.startOffset(of: range.place)
                guard stands == range.start else {
                    throw PipelineError(
                        """
                        --state live: the live stage \(stage.name) stands at offset \(stands) of \(range.place), and the replay begins at \(range.start): its state \
                        would hold what the replay is to see anew. Begin where it stands, or use --state scratch
                        """)
                }
            }
            guard let changelog = stage.changelog else { continue }
            for number in 0..<(try engine.partitionCount(of: changelog)) {
                let partition = TopicPartition(changelog, number)
                let start = try engine.startOffset(of: partition)
                guard start == 0 else {
                    throw PipelineError("--state live: \(partition) begins at offset \(start): the state cannot be rebuilt from it; use --state scratch")
                }
            }
        }
    }

    /// Copies inside the transaction.
    public func copy(_ replay: WebReplay, _ transaction: any LogTransaction) throws {
        for (live, own) in zip(replay.live, replay.topology.stages) {
            guard let source = live.changelog, let target = own.changelog else { continue }
            for number in 0..<(try engine.partitionCount(of: source)) {
                let builder = RecordBatchBuilder()
                try PartitionScan(engine, TopicPartition(source, number)).forEach { record in
                    let entry = record.copy()
                    try builder.append(key: entry.key, value: entry.value, headers: entry.headers, timestamp: entry.timestamp)
                    if builder.byteCount > 1 << 18 { try transaction.append(builder, to: TopicPartition(target, number)) }
                }
                if !builder.isEmpty { try transaction.append(builder, to: TopicPartition(target, number)) }
            }
        }
    }
}
