import Coordination
import LogClient
import Streams

/// What a partition of a topic holds, counted in one pass.
struct PartitionCensus: Sendable {
    let partition: TopicPartition
    let start: Int64
    let end: Int64
    /// Data records; progress marks are none.
    var records = 0
    /// Data records below each of the offsets that were asked for.
    var below: [Int64: Int] = [:]
    /// Records that `leat dlq retry` put back: where, and for which stage.
    var retried: [(offset: Int64, stage: String)] = []
    /// Rejections by the stage that they name.
    var rejections: [String: Int] = [:]
    /// Dead letters by the partition they came from.
    var deadLetters: [TopicPartition: Int] = [:]

    /// Nothing of it was ever removed.
    var isWhole: Bool { start == 0 }

    /// Records that a stage below `offset` has handled, or would: a sink passes over what was put back for another one.
    func records(below offset: Int64, for stage: PipelineMap.Stage) -> Int {
        let others = stage.folder == nil ? 0 : retried.count { $0.offset < offset && $0.stage != stage.name }
        return (offset >= end ? records : below[offset] ?? 0) - others
    }

    func retried(for stage: PipelineMap.Stage) -> Int { retried.count { stage.folder == nil || $0.stage == stage.name } }
}

/// Counts topics' contents.
struct TopicCensus: Sendable {
    enum Kind: Sendable { case data, rejections, deadLetters }

    let engine: any LogEngine

    /// `offsets`: count what is below these, for each partition.
    func count(_ partition: TopicPartition, _ kind: Kind, offsets: Set<Int64> = []) throws -> PartitionCensus {
        var census = PartitionCensus(
            partition: partition, start: try engine.startOffset(of: partition), end: try engine.stableOffset(of: partition))
        var waiting = offsets.sorted()[...]
        try PartitionScan(engine, partition).forEach(to: census.end) { record in
            while let next = waiting.first, record.offset >= next {
                census.below[next] = census.records
                waiting.removeFirst()
            }
            guard !record.isMark else { return }
            census.records += 1
            if let stage = record.text("leat-retry") { census.retried.append((record.offset, stage)) }
            switch kind {
            case .data: break
            case .rejections:
                let stage = record.value.flatMap { RejectionSource.stage(of: $0) } ?? ""
                census.rejections[stage, default: 0] += 1
            case .deadLetters:
                let topic = record.text("leat-source-topic") ?? ""
                let number = record.text("leat-source-partition").flatMap { Int32($0) } ?? -1
                census.deadLetters[TopicPartition(topic, number), default: 0] += 1
            }
        }
        for offset in waiting { census.below[offset] = census.records }
        return census
    }
}
