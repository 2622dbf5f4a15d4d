import Coordination
public import LogClient
import Records
import Streams

/// The dead letters of a pipeline's stages, with what became of them.
public struct DeadLetterBox {
    public struct Entry: Sendable {
        public var letter: BuriedRecord
        /// Nil: it waits.
        public var fate: DeadLetterFate?
    }

    private let engine: any LogEngine
    private let map: PipelineMap

    public init(_ engine: any LogEngine, _ map: PipelineMap) {
        self.engine = engine
        self.map = map
    }

    /// Visits what the filter means, stage by stage, until `body` returns false. Memory: the journal, and one batch.
    public func forEach(_ filter: DeadLetterFilter, _ body: (Entry) throws -> Bool) throws {
        let fates = try OperationJournal(engine).entries(DeadLetterFate.self, kind: DeadLetterFate.kind)
        let topics = filter.places.isEmpty
            ? map.stages.filter { filter.stages.isEmpty || filter.stages.contains($0.name) }.map(\.deadLetters)
            : Set(filter.places.map(\.partition.topic)).sorted()
        struct Ended: Error {}
        do {
            for topic in topics {
                guard let count = try engine.partitionsIfPresent(of: topic) else { continue }
                for number in 0..<count {
                    let partition = TopicPartition(topic, number)
                    try PartitionScan(engine, partition).forEach { record in
                        let place = DeadLetterPlace(partition, record.offset)
                        guard !record.isMark, filter.places.isEmpty || filter.places.contains(place) else { return }
                        let fate = fates[place.description]
                        guard fate == nil || filter.includesSettled else { return }
                        let letter = try BuriedRecord(record.copy(), at: place)
                        guard filter.holds(letter) else { return }
                        if try !body(Entry(letter: letter, fate: fate)) { throw Ended() }
                    }
                }
            }
        } catch is Ended {}
    }

    /// All that the filter means; at most `limit`.
    public func entries(_ filter: DeadLetterFilter, limit: Int = .max) throws -> [Entry] {
        var found: [Entry] = []
        guard limit > 0 else { return found }
        try forEach(filter) { entry in
            found.append(entry)
            return found.count < limit
        }
        return found
    }

    /// The first offset of each dead-letter partition that still waits: where the tool's group stands.
    func waitingOffsets(of partitions: Set<TopicPartition>, settled: Set<String>) throws -> [TopicPartition: Int64] {
        var offsets: [TopicPartition: Int64] = [:]
        struct Found: Error {}
        for partition in partitions {
            var waiting = try engine.stableOffset(of: partition)
            do {
                try PartitionScan(engine, partition).forEach { record in
                    guard !record.isMark, !settled.contains(DeadLetterPlace(partition, record.offset).description) else { return }
                    waiting = record.offset
                    throw Found()
                }
            } catch is Found {}
            offsets[partition] = waiting
        }
        return offsets
    }
}
