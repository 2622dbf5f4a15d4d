public import Coordination
import Synchronization
public import SystemIO

/// The broker's group coordinator: ``GroupCoordinator`` under a lock, its records in the log, its answers by completions.
///
/// A request may be answered at once, on the caller's thread, or later, on the log's or on another request's: never under the
/// lock, and not before what the answer tells is durable. Whoever runs the service calls ``tick()`` when
/// ``millisecondsUntilNextDeadline()`` have passed; `onEarlierDeadline` tells when that has become shorter. Thread rule: any
/// thread; completions must not block.
///
///     let groups = try GroupService(table: table, topics: topics) { replay in
///         try log.replay { key, value in try replay(key, value) }
///     } onEarlierDeadline: { timer.arm(inMilliseconds: $0) }
///     groups.join(request) { result in connection.send(result) }
public final class GroupService: Sendable {
    /// Takes in one record of `__consumer_offsets`; those of other kinds are passed over.
    public typealias Replay = (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?) throws -> Void

    struct State {
        var coordinator: GroupCoordinator
        var lastToken: UInt64 = 0
        /// Those that wait for an answer.
        var waiting: [UInt64: @Sendable (GroupReply) -> Void] = [:]
        /// The latest answers that wait for the log: later ones tell of no more than is durable with these.
        var lastDelivery: GroupDelivery?
        /// Keys whose last write failed, by group: written again, as they then are, with the next.
        var unwritten: [String: Set<[UInt8]>] = [:]
        /// The deadline that the timer was told.
        var armedDeadline = Int64.max
        var isClosed = false
    }

    let table: any PositionTable
    let clock: SteadyClock
    let settings: GroupSettings
    private let state: Mutex<State>
    private let onEarlierDeadline: @Sendable (_ inMilliseconds: Int64) -> Void

    /// `replaying` is called once and gives every record of `__consumer_offsets`, from the first, to the closure it is given.
    public init(
        settings: GroupSettings = GroupSettings(), table: any PositionTable, topics: any GroupTopics,
        clock: any TimeSource = SystemTimeSource(), identifiers: GroupIdentifiers = GroupIdentifiers(),
        replaying: (Replay) throws -> Void = { _ in },
        onEarlierDeadline: @escaping @Sendable (_ inMilliseconds: Int64) -> Void = { _ in }
    ) throws {
        self.table = table
        self.clock = SteadyClock(clock)
        self.settings = settings
        self.onEarlierDeadline = onEarlierDeadline
        var coordinator = GroupCoordinator(settings: settings, topics: topics, identifiers: identifiers)
        try replaying { key, value in _ = try coordinator.replay(key: key, value: value) }
        let now = self.clock.milliseconds()
        for group in table.groupsWithPositions { coordinator.noteGroup(group, now: now) }
        coordinator.finishReplay(now: now)
        state = Mutex(State(coordinator: coordinator))
        run { _, _ in [] }
    }

    // MARK: Time

    /// Nil where nothing will be due.
    public func millisecondsUntilNextDeadline() -> Int64? {
        let deadline = state.withLock { $0.coordinator.nextDeadline }
        return deadline == .max ? nil : max(0, deadline - clock.milliseconds())
    }

    /// Does what is due.
    public func tick() {
        run { state, now in
            state.armedDeadline = .max
            return state.coordinator.tick(now: now)
        }
    }

    /// Answers everything that waits with COORDINATOR_NOT_AVAILABLE, as it does every later request. State is kept in the log.
    public func close() {
        let waiting = state.withLock { state in
            state.isClosed = true
            defer { state.waiting = [:] }
            return state.waiting.sorted { $0.key < $1.key }.map(\.value)
        }
        for answer in waiting { answer(.heartbeat(.coordinatorNotAvailable)) }
    }

    // MARK: Running the coordinator

    /// Reads the coordinator.
    func read<Value>(_ body: (GroupCoordinator) -> Value) -> Value { state.withLock { body($0.coordinator) } }

    /// Groups whose positions came past the coordinator, from the embedded API or a transaction's outcome, become known to it.
    func adopt(_ groups: [String]) {
        run { state, now in
            adopt(groups, &state, now)
            return []
        }
    }

    func adopt(_ groups: [String], _ state: inout State, _ now: Int64) {
        for group in groups where !state.coordinator.knows(group) && !table.groupPositions(of: group).isEmpty {
            state.coordinator.noteGroup(group, now: now)
        }
    }

    /// Runs one request that is answered by token.
    func request(
        _ answer: @escaping @Sendable (GroupReply) -> Void,
        _ body: (inout GroupCoordinator, _ token: UInt64, _ now: Int64) -> [GroupEffect]
    ) {
        var isClosed = false
        run { state, now in
            guard !state.isClosed else {
                isClosed = true
                return []
            }
            state.lastToken += 1
            state.waiting[state.lastToken] = answer
            return body(&state.coordinator, state.lastToken, now)
        }
        if isClosed { answer(.heartbeat(.coordinatorNotAvailable)) }
    }

    /// Runs the coordinator and carries out its effects: writes under the lock, answers outside of it.
    func run(_ body: (inout State, _ now: Int64) -> [GroupEffect]) {
        let (deliveries, alarm) = state.withLock { state -> ([GroupDelivery], Int64?) in
            let now = clock.milliseconds()
            let effects = body(&state, now)
            let deliveries = carryOut(effects, &state, now)
            let next = state.coordinator.nextDeadline
            guard next < state.armedDeadline else { return (deliveries, nil) }
            state.armedDeadline = next
            return (deliveries, max(0, next - now))
        }
        for delivery in deliveries { delivery.release() }
        if let alarm { onEarlierDeadline(alarm) }
    }

    /// Marks keys whose write failed, so that the next write of the group brings the log to its state.
    func noteUnwritten(_ keys: [(group: String, key: [UInt8])]) {
        state.withLock { state in for (group, key) in keys { state.unwritten[group, default: []].insert(key) } }
    }
}
