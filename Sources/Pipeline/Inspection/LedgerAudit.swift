import Coordination
public import LogClient
public import Streams

/// Proves that nothing was lost and nothing doubled: Σ in = Σ out + Σ rejected + Σ dead for each stage and partition, from the ledger that is
/// committed with the positions, and from the contents of the topics and files that it tells of, where they are still whole.
///
/// What it looks at is what the engine shows: of a log that is written meanwhile, see ``settle(_:against:)``.
public struct LedgerAudit {
    struct Standing {
        var stage: PipelineMap.Stage
        var partition: TopicPartition
        var position: Int64
        var ledger: Ledger
        /// False for an input of a join that another one is counted for.
        var counts: Bool
    }

    let engine: any LogEngine
    let map: PipelineMap
    private let readsContents: Bool
    private let files: (any AuditedFiles)?
    var report = AuditReport()
    var standings: [Standing] = []
    private var censuses: [TopicPartition: PartitionCensus] = [:]
    /// Stages whose positions were moved by hand: what they have read is no longer what lies below their position.
    var moved: Set<String> = []
    /// Topics into which dead letters were put back.
    var putBackTopics: Set<String> = []

    /// `files`: what the stages that write files have published; nil: not looked at. `readsContents`: false looks at the ledger alone.
    public init(_ engine: any LogEngine, _ map: PipelineMap, files: (any AuditedFiles)? = nil, readsContents: Bool = true) {
        self.engine = engine
        self.map = map
        self.files = files
        self.readsContents = readsContents
    }

    public static func run(
        _ engine: any LogEngine, _ map: PipelineMap, files: (any AuditedFiles)? = nil, readsContents: Bool = true
    ) throws -> AuditReport {
        var audit = LedgerAudit(engine, map, files: files, readsContents: readsContents)
        try audit.readStandings()
        audit.checkBalance()
        if readsContents {
            try audit.count()
            try audit.readJournal()
            audit.checkInputs()
            try audit.checkOutputs()
            try audit.checkRejections()
            try audit.checkDeadLetters()
            audit.checkUpstream()
        }
        try audit.checkFiles()
        return audit.report
    }

    /// Findings of stages whose positions have moved since are no proof of a fault, as the topics were read after the positions: they become notes.
    public static func settle(_ report: inout AuditReport, against now: any LogEngine, _ map: PipelineMap) throws {
        let later = try run(now, map, readsContents: false).lines
        let moved = Set(later.filter { line in !report.lines.contains(line) }.map(\.stage))
        guard !moved.isEmpty else { return }
        // A stage's contents are judged together with those of its neighbours.
        report.findings.removeAll { finding in finding.check != .balance && !moved.isDisjoint(with: neighbours(of: finding.stage, map)) }
        report.notes.append("\(moved.sorted().joined(separator: ", ")): running while it was looked at; contents could not be compared with the ledger. Look again, or when it rests")
    }

    private static func neighbours(of stage: String, _ map: PipelineMap) -> Set<String> {
        guard let found = map.stages.first(where: { $0.name == stage }) else { return [stage] }
        return Set([stage] + found.inputs.flatMap { map.writers(of: $0).map(\.name) } + found.outputs.flatMap { map.readers(of: $0).map(\.name) })
    }

    // MARK: The ledger

    private mutating func readStandings() throws {
        for stage in map.stages {
            for (index, topic) in stage.inputs.enumerated() {
                guard let count = try engine.partitionsIfPresent(of: topic) else {
                    report.notes.append("\(stage.name): there is no topic \(topic), so the stage has not run here")
                    continue
                }
                for number in 0..<count {
                    let partition = TopicPartition(topic, number)
                    guard let position = try engine.committedPosition(of: stage.group, in: partition) else { continue }
                    let standing = Standing(
                        stage: stage, partition: partition, position: position.offset, ledger: Ledger(text: position.metadata),
                        counts: stage.counts(input: index))
                    standings.append(standing)
                    let ledger = standing.ledger
                    report.lines.append(
                        .init(
                            stage: stage.name, partition: partition.description, position: position.offset, in: ledger.in, out: ledger.out,
                            rejected: ledger.rejected, dead: ledger.dead))
                }
            }
        }
        if standings.isEmpty { report.notes.append("no stage of the pipeline \(map.name) has committed a position here: there is nothing to prove") }
    }

    private mutating func checkBalance() {
        for standing in standings {
            let ledger = standing.ledger
            expect(
                .balance, standing.stage, standing.partition, ledger.out + ledger.rejected + ledger.dead, ledger.in,
                "in = \(ledger.in), and out + rejected + dead = \(ledger.out) + \(ledger.rejected) + \(ledger.dead)")
        }
    }

    // MARK: Contents

    /// Every topic once.
    private mutating func count() throws {
        var offsets: [TopicPartition: Set<Int64>] = [:]
        for standing in standings { offsets[standing.partition, default: []].insert(standing.position) }
        var kinds: [String: TopicCensus.Kind] = [:]
        for stage in map.stages {
            for topic in stage.inputs + stage.outputs { kinds[topic] = .data }
            if let rejections = stage.rejections { kinds[rejections] = .rejections }
            kinds[stage.deadLetters] = .deadLetters
        }
        var questions: [(partition: TopicPartition, kind: TopicCensus.Kind, offsets: Set<Int64>)] = []
        for (topic, kind) in kinds.sorted(by: { $0.key < $1.key }) {
            for number in 0..<(try engine.partitionsIfPresent(of: topic) ?? 0) {
                let partition = TopicPartition(topic, number)
                questions.append((partition, kind, offsets[partition] ?? []))
            }
        }
        let census = TopicCensus(engine: engine)
        for counted in try ParallelLook.map(questions, { try census.count($0.partition, $0.kind, offsets: $0.offsets) }) {
            censuses[counted.partition] = counted
            if !counted.isWhole {
                report.notes.append("\(counted.partition) begins at offset \(counted.start): what was before is taken on trust from the ledger")
            }
        }
    }

    /// What operators did changes what can be expected.
    private mutating func readJournal() throws {
        let journal = OperationJournal(engine)
        let fates = try journal.entries(DeadLetterFate.self, kind: DeadLetterFate.kind)
        putBackTopics = Set(fates.values.filter { $0.action == .retried }.map(\.sourceTopic))
        let resets = try journal.entries(PositionReset.Entry.self, kind: PositionReset.Entry.kind)
        for stage in map.stages {
            guard let reset = resets[stage.group] else { continue }
            moved.insert(stage.name)
            report.notes.append("\(stage.name): its positions were moved by \(reset.by) (\(reset.moves.joined(separator: "; "))): what it read is not compared with what its input holds")
        }
    }

    /// A topic's partitions, nil where it is not there.
    func partitions(of topic: String) -> [PartitionCensus]? {
        let found = censuses.values.filter { $0.partition.topic == topic }.sorted { $0.partition < $1.partition }
        return found.isEmpty ? nil : found
    }

    func census(_ partition: TopicPartition) -> PartitionCensus? { censuses[partition] }

    func standings(of stage: PipelineMap.Stage) -> [Standing] { standings.filter { $0.stage.name == stage.name } }

    /// The sum over a stage's partitions.
    func ledger(of stage: PipelineMap.Stage) -> Ledger { standings(of: stage).reduce(into: Ledger()) { $0 += $1.ledger } }

    private mutating func checkFiles() throws {
        guard let files else { return }
        for stage in map.stages where stage.folder != nil && !standings(of: stage).isEmpty {
            for statement in try files.statements(of: stage, ledger(of: stage)) {
                switch statement {
                case .note(let words): report.notes.append(words)
                case .counted(let expected, let found, let words): expect(.files, stage, nil, expected, found, words)
                }
            }
        }
    }

    mutating func expect(
        _ check: AuditReport.Check, _ stage: PipelineMap.Stage, _ partition: TopicPartition?, _ expected: Int, _ found: Int, _ words: @autoclosure () -> String
    ) {
        report.checks += 1
        guard expected != found else { return }
        report.findings.append(
            .init(check: check, stage: stage.name, partition: partition?.description, expected: expected, found: found, words: words()))
    }
}

/// What stages that write files have published, as an audit sees it.
public protocol AuditedFiles {
    func statements(of stage: PipelineMap.Stage, _ ledger: Ledger) throws -> [AuditStatement]
}

public enum AuditStatement: Sendable {
    case note(String)
    case counted(expected: Int, found: Int, String)
}
