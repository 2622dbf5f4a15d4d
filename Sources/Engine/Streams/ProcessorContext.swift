import LogClient
public import Records
public import StateStore

/// What a processor may reach: outputs, state, the place of the record at hand, counters.
///
/// Owned by one task, used by one owner at a time. What is emitted for a record goes out only when the record was handled
/// without an error.
public final class ProcessorContext {
    public let task: TaskIdentifier
    /// Number of partitions of each output, in the order of the stage's outputs.
    public let outputPartitions: [Int32]
    let deadLetterPartitions: Int32
    private let taskState: (any TaskState)?

    /// Order key of the record at hand. A source sets it for what it makes.
    public var order = OrderKey(0)
    /// Input partition, offset and timestamp (milliseconds) of the record at hand.
    public internal(set) var inputPartition: Int32 = 0
    public internal(set) var inputOffset: Int64 = 0
    public internal(set) var timestamp: Int64 = 0

    struct Emission {
        enum Target {
            case output(Int)
            case rejections
        }
        var target: Target
        var partition: Int32
        var order: OrderKey
        var key: [UInt8]?
        var value: [UInt8]?
        var headers: [RecordHeader]
        var endOfInput = false
    }

    var punctuations = PunctuationSchedule()
    var pending: [Emission] = []
    var delta = Ledger()
    /// Bytes emitted since the last look, for the sizes that force a commit.
    var pendingBytes = 0

    init(task: TaskIdentifier, outputPartitions: [Int32], deadLetterPartitions: Int32, state: (any TaskState)?) {
        self.task = task
        self.outputPartitions = outputPartitions
        self.deadLetterPartitions = deadLetterPartitions
        taskState = state
    }

    /// A named store of the task's state. Throws where the stage declares no changelog, and so has no state.
    public func store(_ name: String) throws -> any KeyValueStore {
        guard let taskState else {
            throw EngineError(.invalidRequest, "stage \(task.stage) has no state: declare a changelog topic for it")
        }
        return try taskState.store(named: name)
    }

    /// Asks for a punctuation at each interval, by default from now on. A persisted one keeps its due time in the task's state.
    /// Scheduling a name again replaces it.
    public func schedule(
        _ name: String, every interval: Duration, on clock: PunctuationClock, persisted: Bool = false
    ) throws {
        let due = persisted ? try PunctuationStore.read(name, try store(PunctuationStore.name)) : nil
        punctuations.add(name, every: interval, on: clock, due: due, isPersisted: persisted)
    }

    /// Emits a record with the order key of the record at hand.
    ///
    /// - Parameters:
    ///   - output: index among the stage's outputs.
    ///   - partition: the output partition; by default the task's own number.
    public func emit(
        to output: Int = 0, key: [UInt8]?, value: [UInt8]?, partition: Int32? = nil, headers: [RecordHeader] = []
    ) {
        pending.append(
            Emission(
                target: .output(output), partition: partition ?? task.partition, order: order, key: key, value: value,
                headers: headers))
        pendingBytes += (key?.count ?? 0) + (value?.count ?? 0)
    }

    /// Records a refusal: to the stage's topic of rejections, and in the ledger under the rule's name.
    public func reject(rule: String, key: [UInt8]?, value: [UInt8]?, partition: Int32? = nil) {
        delta.rules[rule, default: 0] += 1
        pending.append(
            Emission(
                target: .rejections, partition: partition ?? task.partition, order: order, key: key, value: value, headers: []))
        pendingBytes += (key?.count ?? 0) + (value?.count ?? 0)
    }

    /// Bytes emitted since the task's turn began.
    public var emittedBytes: Int { pendingBytes }

    /// Tells all outputs that nothing follows in this run. Stages pass it on by themselves; a source says it.
    public func emitEndOfInput() {
        for output in outputPartitions.indices {
            for partition in 0..<outputPartitions[output] {
                pending.append(
                    Emission(
                        target: .output(output), partition: partition, order: order, key: nil, value: nil, headers: [],
                        endOfInput: true))
            }
        }
    }

    /// For processors that answer ``Disposition/accounted`` or ``Disposition/unfinished``: what became of what was inside.
    public func account(in incoming: Int, out: Int, rejected: Int) {
        delta.in += incoming
        delta.out += out
        delta.rejected += rejected
    }

    /// Adds to a counter of the stage's own (tokens, bytes).
    public func count(_ name: String, _ amount: Int) { delta.counts[name, default: 0] += amount }
}
