import Coordination
public import LogClient
import Streams

/// How the stages of a pipeline stand, from the log itself.
public struct StageSurvey: Sendable {
    public struct Line: Codable, Sendable, Equatable {
        public var stage: String
        public var group: String
        /// As of the last commit, over all partitions.
        public var `in` = 0
        public var out = 0
        public var rejected = 0
        public var dead = 0
        /// Records that the stage has yet to handle; counted where they are few, else offsets, which count marks too.
        public var lagRecords = 0
        public var lagIsExact = true
        public var lagBytes = 0
        /// Partitions of its inputs in which it never committed.
        public var untouched = 0

        mutating func add(_ other: Line) {
            `in` += other.in
            out += other.out
            rejected += other.rejected
            dead += other.dead
            lagRecords += other.lagRecords
            lagIsExact = lagIsExact && other.lagIsExact
            lagBytes += other.lagBytes
            untouched += other.untouched
        }
    }

    /// Up to so many offsets the records are counted one by one.
    static let exactLimit: Int64 = 20_000

    private let engine: any LogEngine
    private let map: PipelineMap

    public init(_ engine: any LogEngine, _ map: PipelineMap) {
        self.engine = engine
        self.map = map
    }

    /// A line a stage, in the order of the recipe; those whose input is not there are left out.
    public func lines() throws -> [Line] {
        var questions: [(stage: PipelineMap.Stage, partition: TopicPartition, countsLag: Bool)] = []
        for stage in map.stages {
            for (index, topic) in stage.inputs.enumerated() {
                for number in 0..<(try engine.partitionsIfPresent(of: topic) ?? 0) {
                    questions.append((stage, TopicPartition(topic, number), stage.counts(input: index)))
                }
            }
        }
        // A partition is read by one thread at a time: those that several stages read come in rounds.
        var seen: [TopicPartition: Int] = [:]
        let rounds = Dictionary(grouping: questions) { question in
            seen[question.partition, default: 0] += 1
            return seen[question.partition] ?? 0
        }
        var lines: [Line] = []
        for round in rounds.keys.sorted() {
            let survey = self
            for part in try ParallelLook.map(rounds[round] ?? [], { question in
                var line = Line(stage: question.stage.name, group: question.stage.group)
                try survey.add(question.partition, question.stage, countsLag: question.countsLag, to: &line)
                return line
            }) {
                if let index = lines.firstIndex(where: { $0.stage == part.stage }) { lines[index].add(part) } else { lines.append(part) }
            }
        }
        return map.stages.compactMap { stage in lines.first { $0.stage == stage.name } }
    }

    private func add(_ partition: TopicPartition, _ stage: PipelineMap.Stage, countsLag: Bool, to line: inout Line) throws {
        let position = try engine.committedPosition(of: stage.group, in: partition)
        if position == nil { line.untouched += 1 }
        let ledger = Ledger(text: position?.metadata ?? "")
        line.in += ledger.in
        line.out += ledger.out
        line.rejected += ledger.rejected
        line.dead += ledger.dead
        // Pairs are counted once.
        guard countsLag else { return }
        let start = try max(engine.startOffset(of: partition), position?.offset ?? 0)
        let end = try engine.stableOffset(of: partition)
        guard end > start else { return }
        if end - start <= Self.exactLimit {
            var records = 0
            try PartitionScan(engine, partition).forEach(from: start, to: end) { record in
                if !record.isMark, stage.folder == nil || record.text("leat-retry").map({ $0 == stage.name }) ?? true { records += 1 }
            }
            line.lagRecords += records
            if records > 0 { line.lagBytes += try engine.backlog(of: partition, from: start).bytes }
        } else {
            line.lagRecords += Int(end - start)
            line.lagIsExact = false
            line.lagBytes += try engine.backlog(of: partition, from: start).bytes
        }
    }
}
