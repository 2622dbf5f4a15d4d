import Coordination
import KafkaWire
import Synchronization

/// What a fetch wants of one partition.
struct FetchTarget: Sendable {
    var partition: TopicPartition
    var topicID: WireUUID
    var offset: Int64
    var leaderEpoch: Int32
    var maximumBytes: Int
    /// Set where the topic could not be found by its identifier.
    var isUnknownTopic = false
}

/// The incremental fetch sessions of all clients (KIP-227): a client names its partitions once, and is told of those alone in
/// which something changed.
///
/// Bounded: when all places are taken, the session that was used longest ago makes room; its client starts a new one. Thread
/// rule: any thread.
final class FetchSessions: Sendable {
    struct Key: Hashable, Sendable {
        var topicID: WireUUID
        /// Empty where the topic was named by its identifier.
        var topic: String
        var partition: Int32
    }

    /// What a session's client was told last.
    struct Known: Sendable {
        var target: FetchTarget
        var highWatermark: Int64 = -1
        var startOffset: Int64 = -1
        var hadError = false
        var isNew = true
    }

    private struct Session {
        var epoch: Int32
        var lastUsed: UInt64
        var order: [Key]
        var partitions: [Key: Known]
    }

    private struct State {
        var sessions: [Int32: Session] = [:]
        var clock: UInt64 = 0
    }

    enum Opening: Sendable {
        /// Every partition is answered for; no session.
        case full
        /// Only what changed is answered for, except in a session's first response.
        case session(identifier: Int32, partitions: [(key: Key, known: Known)])
        case refused(KafkaErrorCode)
    }

    private let state = Mutex(State())
    private let limit: Int
    private let entropy: @Sendable () -> Int32

    init(limit: Int, entropy: @escaping @Sendable () -> Int32 = { Int32.random(in: 1...Int32.max) }) {
        self.limit = limit
        self.entropy = entropy
    }

    /// Applies a request to its session, if it has one or begins one.
    func open(_ request: FetchRequest, version: Int16, targets: [(key: Key, target: FetchTarget)], forgotten: [Key]) -> Opening {
        guard version >= 7 else { return .full }
        return state.withLock { state in
            state.clock += 1
            if request.sessionEpoch == -1 {
                state.sessions[request.sessionId] = nil
                return .full
            }
            if request.sessionEpoch == 0 {
                state.sessions[request.sessionId] = nil
                return begin(targets, &state)
            }
            guard var session = state.sessions.removeValue(forKey: request.sessionId) else { return .refused(.fetchSessionIDNotFound) }
            guard session.epoch == request.sessionEpoch else {
                state.sessions[request.sessionId] = session
                return .refused(.invalidFetchSessionEpoch)
            }
            session.epoch = session.epoch == .max ? 1 : session.epoch + 1
            session.lastUsed = state.clock
            let gone = Set(forgotten)
            if !gone.isEmpty {
                for key in gone { session.partitions[key] = nil }
                session.order.removeAll { gone.contains($0) }
            }
            for (key, target) in targets {
                if session.partitions[key] == nil {
                    session.partitions[key] = Known(target: target)
                    session.order.append(key)
                } else {
                    session.partitions[key]?.target = target
                }
            }
            let all = session.order.compactMap { key in session.partitions[key].map { (key, $0) } }
            state.sessions[request.sessionId] = session
            return .session(identifier: request.sessionId, partitions: all)
        }
    }

    private func begin(_ targets: [(key: Key, target: FetchTarget)], _ state: inout State) -> Opening {
        if state.sessions.count >= limit, let oldest = state.sessions.min(by: { $0.value.lastUsed < $1.value.lastUsed })?.key {
            state.sessions[oldest] = nil
        }
        guard limit > 0 else { return .full }
        var identifier = entropy()
        while state.sessions[identifier] != nil || identifier == 0 { identifier = entropy() }
        var session = Session(epoch: 1, lastUsed: state.clock, order: [], partitions: [:])
        for (key, target) in targets where session.partitions[key] == nil {
            session.partitions[key] = Known(target: target)
            session.order.append(key)
        }
        let all = session.order.compactMap { key in session.partitions[key].map { (key, $0) } }
        state.sessions[identifier] = session
        return .session(identifier: identifier, partitions: all)
    }

    /// Forgets a session.
    func end(_ identifier: Int32) { state.withLock { $0.sessions[identifier] = nil } }

    /// Notes what the client is told now. Partitions that had data go to the end of the line, so that none starves.
    func told(_ identifier: Int32, _ answers: [(key: Key, known: Known, hasData: Bool)]) {
        state.withLock { state in
            guard state.sessions[identifier] != nil else { return }
            var moved: Set<Key> = []
            for answer in answers {
                guard var known = state.sessions[identifier]?.partitions[answer.key] else { continue }
                known.highWatermark = answer.known.highWatermark
                known.startOffset = answer.known.startOffset
                known.hadError = answer.known.hadError
                known.isNew = false
                state.sessions[identifier]?.partitions[answer.key] = known
                if answer.hasData { moved.insert(answer.key) }
            }
            guard !moved.isEmpty, let order = state.sessions[identifier]?.order, moved.count < order.count else { return }
            state.sessions[identifier]?.order = order.filter { !moved.contains($0) } + order.filter { moved.contains($0) }
        }
    }
}
