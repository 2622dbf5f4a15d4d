public import LogClient
public import Records
public import StateStore
import Coordination
import Synchronization

/// Runs stages with no disk, no clock and no threads: pipe records in, commit when you like, crash when you like, look at everything.
///
/// The tasks are the very ones that the runtime runs. Time is `nowMilliseconds`, which the test sets. One thread.
public final class TopologyTestDriver {
    public let log: InMemoryLog
    private let clock = DriverClock()
    /// Milliseconds since 1970, as the stages see it.
    public var nowMilliseconds: Int64 {
        get { clock.now.withLock { $0 } }
        set { clock.now.withLock { $0 = newValue } }
    }
    private let stages: [Stage]
    private var states: [TaskIdentifier: InMemoryStateStore] = [:]
    private var tasks: [StreamTask] = []
    private var transaction: any LogTransaction
    private let build: String

    /// Makes the topics that the stages name, with `partitions` each unless `partitionCounts` says otherwise, and the tasks.
    public init(
        stages: [Stage], partitions: Int32 = 1, partitionCounts: [String: Int32] = [:], build: String = "test"
    ) throws {
        self.stages = stages
        self.build = build
        log = InMemoryLog()
        for topic in Set(stages.flatMap(\.topics)).sorted() {
            log.createTopic(topic, partitions: partitionCounts[topic] ?? partitions)
        }
        transaction = try log.beginTransaction(id: "test")
        try makeTasks()
    }

    /// Puts a record into an input topic, with an order key where one is given.
    public func pipe(_ record: Record, to topic: String, partition: Int32 = 0, order: OrderKey? = nil) throws {
        var record = record
        if record.timestamp <= 0 { record.timestamp = nowMilliseconds }
        if let order { record.headers.append(RecordHeader(key: RuntimeHeader.order, value: order.bytes)) }
        try log.append(record, to: TopicPartition(topic, partition))
    }

    /// Puts a progress mark into an input topic.
    public func pipeMark(to topic: String, partition: Int32 = 0, order: OrderKey, endOfInput: Bool = false) throws {
        let mark = RecordHeader(key: RuntimeHeader.mark, value: [endOfInput ? 1 : 0])
        try pipe(
            Record(offset: -1, timestamp: 0, key: nil, value: nil, headers: [mark]), to: topic, partition: partition, order: order)
    }

    /// Lets every task handle at most so many records, without a commit.
    public func step(records: Int = .max) throws {
        for task in tasks {
            var left = records
            _ = try task.run(transaction) {
                defer { left -= 1 }
                return left <= 0
            }
        }
    }

    /// Commits what was handled: outputs, state and positions as one.
    public func commit() throws {
        var positions: [OffsetCommit] = []
        for task in tasks where task.isDirty { positions += try task.prepareCommit(transaction) }
        try transaction.commit(positions)
        for task in tasks where task.isDirty { try task.finishCommit(transaction) }
        transaction = try log.beginTransaction(id: "test")
    }

    /// Steps and commits until nothing is left to do.
    public func run() throws {
        repeat {
            try step()
            guard tasks.contains(where: \.isDirty) else { return }
            try commit()
        } while true
    }

    /// What a killed process leaves: everything since the last commit is gone; tasks begin again from there.
    public func crash() throws {
        try transaction.abort()
        for state in states.values { state.rollback() }
        transaction = try log.beginTransaction(id: "test")
        try makeTasks()
    }

    /// Records of a topic's partitions, in order, without progress marks.
    public func output(_ topic: String) throws -> [Record] {
        try (0..<log.partitionCount(of: topic)).flatMap { try log.records(in: TopicPartition(topic, $0)) }
            .filter { record in !record.headers.contains { $0.key == RuntimeHeader.mark } }
    }

    /// A store of a task's state.
    public func store(_ name: String, of stage: String, partition: Int32 = 0) throws -> (any KeyValueStore)? {
        try states[TaskIdentifier(stage: stage, partition: partition)]?.store(named: name)
    }

    /// What became of a stage's records, as of the last commit.
    public func ledger(of stage: String) -> Ledger {
        tasks.filter { $0.identifier.stage == stage }.reduce(into: Ledger()) { $0 += $1.ledger }
    }

    private func makeTasks() throws {
        let assembly = TaskAssembly(
            engine: log, fetchBytes: 1 << 16, build: build, compression: { _ in .none },
            nowMilliseconds: { [clock] in clock.now.withLock { $0 } },
            openState: { [unowned self] task in
                let state = states[task] ?? InMemoryStateStore(label: task.description)
                states[task] = state
                return state
            })
        tasks = try stages.flatMap { stage in
            try assembly.check(stage)
            let count = try log.partitionCount(of: stage.inputs[0])
            return try TaskAssembly.tasks(of: stage, owning: 0..<count, of: count).map { identifier in
                let opening = try assembly.open(stage, identifier)
                while let restoration = opening.restoration, !restoration.isDone { _ = try restoration.step(waitingAtMost: .zero) }
                return try opening.makeTask()
            }
        }
        for task in tasks { try task.resume() }
    }
}

/// The time of a driver: the test sets it, the tasks read it.
private final class DriverClock: Sendable {
    let now = Mutex<Int64>(1_700_000_000_000)
}
