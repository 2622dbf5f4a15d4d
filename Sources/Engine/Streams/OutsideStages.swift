import Coordination
import LogClient

/// A stage that other processes run on the same log, and whose work this runtime's stages need.
public struct OutsideStage: Sendable, Hashable {
    public var name: String
    /// Its consumer group: where that stands says what it has done.
    public var group: String
    public var inputs: [String]

    public init(name: String, group: String, inputs: [String]) {
        self.name = name
        self.group = group
        self.inputs = inputs
    }
}

/// How the stages of other processes stand, from their groups' positions. Used by the runtime's coordinating thread alone.
final class OutsideStages {
    private let engine: any LogEngine
    private let stages: [OutsideStage]
    /// Positions at the last look, and since when a stage has stood there with something before it.
    private var lastPositions: [String: [TopicPartition: Int64]] = [:]
    private var standingSince: [String: ContinuousClock.Instant] = [:]

    init(_ stages: [OutsideStage], engine: any LogEngine) {
        self.stages = stages
        self.engine = engine
    }

    var isEmpty: Bool { stages.isEmpty }

    /// Throws where a topic is not there.
    func check() throws(EngineError) {
        for stage in stages { for topic in stage.inputs { _ = try engine.partitionCount(of: topic) } }
    }

    /// From where each partition is still read.
    func positions() throws -> [TopicPartition: Int64] {
        var least: [TopicPartition: Int64] = [:]
        for stage in stages {
            for place in try places(of: stage) { least[place.partition] = min(least[place.partition] ?? .max, place.offset) }
        }
        return least
    }

    /// How each stage stands, in the order given.
    func look() throws -> [RuntimeSnapshot.StageState] {
        try stages.map { stage in
            var state = RuntimeSnapshot.StageState(name: stage.name)
            state.isOutside = true
            var positions: [TopicPartition: Int64] = [:]
            for place in try places(of: stage) {
                let left = try engine.backlog(of: place.partition, from: place.offset)
                state.ledger += place.ledger
                state.lagBytes += left.bytes
                state.lagRecords += left.records
                state.positions.append(
                    .init(topic: place.partition.topic, partition: place.partition.partition, offset: Int(place.offset), lagRecords: left.records))
                positions[place.partition] = place.offset
            }
            if state.lagRecords == 0 || positions != lastPositions[stage.name] { standingSince[stage.name] = .now }
            lastPositions[stage.name] = positions
            state.standingFor = state.lagRecords == 0 ? .zero : ContinuousClock.now - (standingSince[stage.name] ?? .now)
            return state
        }
    }

    /// True where every stage has handled all that there is in its inputs, marks too.
    ///
    /// Positions are looked at in the order of the stages, so that what an earlier one hands to a later one is not missed. What a commit brings can be
    /// read before its positions can, so that whoever sees a position sees what came of the records below it.
    func isDone() throws -> Bool {
        var records = RecordSet()
        for stage in stages {
            for place in try places(of: stage) {
                // A client of another make may leave control records, which it never sees, before it.
                try engine.fetch(place.partition, from: place.offset, maximumBytes: 1, into: &records)
                guard records.isEmpty, try records.nextOffset >= engine.stableOffset(of: place.partition) else { return false }
            }
        }
        return true
    }

    private func places(of stage: OutsideStage) throws -> [(partition: TopicPartition, offset: Int64, ledger: Ledger)] {
        let partitions = try stage.inputs.flatMap { topic in try (0..<engine.partitionCount(of: topic)).map { TopicPartition(topic, $0) } }
        let committed = try engine.committedPositions(of: stage.group, in: partitions)
        return try partitions.map { partition in
            let start = try engine.startOffset(of: partition)
            return (partition, max(start, committed[partition]?.offset ?? start), Ledger(text: committed[partition]?.metadata ?? ""))
        }
    }
}
