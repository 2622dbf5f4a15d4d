import Coordination
public import LogClient
public import Records
import FoundationEssentials
public import Streams

/// Begins a replay, or goes on with one: its ranges are decided once and kept in the log.
public struct ReplaySession {
    public struct Request: Sendable {
        public var from = ReplayPlace.open
        public var to = ReplayPlace.open
        public var sample: KeySample?
        public var copiesState = false

        public init(from: ReplayPlace = .open, to: ReplayPlace = .open, sample: KeySample? = nil, copiesState: Bool = false) {
            self.from = from
            self.to = to
            self.sample = sample
            self.copiesState = copiesState
        }
    }

    public let replay: WebReplay
    public let plan: ReplayPlan
    /// True where the same replay was begun before: it goes on.
    public let isBegun: Bool
    private let engine: any LogEngine
    private let topics: any TopicKeeping

    /// Decides the ranges, or finds those of the replay that `into` holds. Changes nothing.
    public init(
        _ replay: WebReplay, _ request: Request, engine: any LogEngine, topics: any TopicKeeping, build: String, restarts: Bool = false
    ) throws {
        self.replay = replay
        self.engine = engine
        self.topics = topics
        let journal = OperationJournal(engine)
        let begun = restarts ? nil : try journal.entries(ReplayPlan.self, kind: ReplayPlan.kind)[replay.into]
        let snapshots = try journal.entries(SnapshotRecord.self, kind: SnapshotRecord.kind)
        let names = replay.live.map(\.name)
        var plan = ReplayPlan(
            stages: names, into: replay.into, ranges: begun?.ranges ?? [], sample: request.sample?.share, configurations: replay.configurations,
            build: build, copiesState: request.copiesState, madeMilliseconds: PipelineRunner.wallMilliseconds())
        if let begun {
            if let difference = plan.difference(from: begun) {
                throw PipelineError("\(replay.into) holds a replay that was begun otherwise: \(difference). Choose another name, or begin it anew with --restart")
            }
            plan = begun
        } else {
            let aligned = replay.live.contains { $0.shape == .joined }
            plan.ranges = try ReplayRanges(engine: engine, topics: topics).ranges(
                of: replay.inputs, from: request.from, to: request.to, aligned: aligned
            ) { name in
                guard let record = snapshots[name] else {
                    let known = snapshots.keys.sorted().joined(separator: ", ")
                    throw PipelineError("there is no snapshot \(name); " + (known.isEmpty ? "`leat snapshot NAME` makes one" : "there are \(known)"))
                }
                return record
            }
            if request.copiesState { try ReplayState(engine).check(replay, plan.ranges) }
            if !restarts { try Self.refuseForeignTopics(replay, engine, topics) }
        }
        self.plan = plan
        isBegun = begun != nil
    }

    /// A topic that is there and that no replay made may hold somebody's data.
    private static func refuseForeignTopics(_ replay: WebReplay, _ engine: any LogEngine, _ topics: any TopicKeeping) throws {
        for (topic, _) in replay.topics where try topics.describe(topic) != nil {
            let partitions = try engine.partitionCount(of: topic)
            for number in 0..<partitions where try engine.stableOffset(of: TopicPartition(topic, number)) > 0 {
                throw PipelineError("the topic \(topic) is there and no replay made it: choose another name with --into, or delete it with `leat topics delete`")
            }
        }
    }

    /// Removes what an earlier replay of this name left.
    public func removeEarlier() throws {
        for (topic, _) in replay.topics where try topics.describe(topic) != nil { try topics.remove(topic: topic) }
        for stage in replay.topology.stages { try topics.remove(group: stage.group) }
        if FileManager.default.fileExists(atPath: replay.folder) { try FileManager.default.removeItem(atPath: replay.folder) }
    }

    /// Makes the topics, and writes the plan (and the copy of the state) as one.
    public func begin() throws {
        try OperationJournal.declare(in: topics)
        for (topic, model) in replay.topics { try topics.make(topic, like: model) }
        guard !isBegun else { return }
        // State and files without a plan are those of another log, or of a replay that was removed.
        if FileManager.default.fileExists(atPath: replay.folder) { try FileManager.default.removeItem(atPath: replay.folder) }
        let transaction = try engine.beginTransaction(id: "leat-replay-" + replay.into)
        do {
            if plan.copiesState { try ReplayState(engine).copy(replay, transaction) }
            let builder = RecordBatchBuilder()
            try OperationJournal.add(plan, kind: ReplayPlan.kind, name: replay.into, to: builder, milliseconds: plan.madeMilliseconds)
            try transaction.append(builder, to: OperationJournal.partition)
            try transaction.commit([])
        } catch {
            try? transaction.abort()
            throw error
        }
    }

    /// The runners that bring the replay to its end, one after the other.
    ///
    /// `inTurn`: a stage begins when the one before it has ended. For a cluster, where a process reads each partition in one place: two stages of
    /// the replay may read the same topic. `limit`: how fast what the replay begins with is read.
    public func runners(
        inTurn: Bool, workerCount: Int, limit: RateLimit? = nil, compression: @escaping @Sendable (String) -> CompressionCodec
    ) throws -> [PipelineRunner] {
        guard inTurn, replay.topology.stages.count > 1 else { return [try runner(workerCount: workerCount, limit: limit, compression: compression)] }
        return try replay.topology.stages.map { stage in
            try runner(
                workerCount: workerCount, limit: limit, compression: compression, topology: WebTopology(stages: [stage], tokenizer: replay.topology.tokenizer),
                suffix: "-" + stage.name)
        }
    }

    /// Runs the replay's stages over its ranges.
    func runner(
        workerCount: Int, limit: RateLimit? = nil, compression: @escaping @Sendable (String) -> CompressionCodec, topology: WebTopology? = nil,
        suffix: String = ""
    ) throws -> PipelineRunner {
        let sample = try plan.sample.map { try KeySample(share: $0) }
        return PipelineRunner(
            engine: RangedEngine(engine, ranges: plan.ranges, sample: sample, limit: limit), topology: topology ?? replay.topology, stateFolder: replay.stateFolder,
            build: plan.build, workerCount: workerCount, compression: compression, transactionalID: "leat-replay-" + replay.into + suffix)
    }
}
