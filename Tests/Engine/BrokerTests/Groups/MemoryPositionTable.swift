import Broker
import Coordination
import Synchronization

/// A table and a log in memory, whose syncs a test decides.
final class MemoryPositionTable: PositionTable {
    struct Refused: Error {}

    private struct State {
        var positions: [String: [TopicPartition: GroupPosition]] = [:]
        var records: [GroupRecord] = []
        var isSynced = true
        var refuses = false
        var waiting: [Completion] = []
    }

    private let state = Mutex(State())

    var records: [GroupRecord] { state.withLock { $0.records } }

    /// Whether a write is durable at once; else at ``sync(fails:)``.
    func setSynced(_ value: Bool) { state.withLock { $0.isSynced = value } }

    /// Whether appends fail.
    func setRefuses(_ value: Bool) { state.withLock { $0.refuses = value } }

    func sync(fails: Bool = false) {
        let waiting = state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        for completion in waiting { completion(fails ? .failure(Refused()) : .success(())) }
    }

    func set(_ position: GroupPosition, of group: String, in partition: TopicPartition) {
        state.withLock { $0.positions[group, default: [:]][partition] = position }
    }

    private func append(_ completion: @escaping Completion, _ body: (inout State) -> Void) {
        let result = state.withLock { state -> Result<Void, any Error>? in
            guard !state.refuses else { return .failure(Refused()) }
            body(&state)
            guard !state.isSynced else { return .success(()) }
            state.waiting.append(completion)
            return nil
        }
        if let result { completion(result) }
    }

    var groupsWithPositions: [String] { state.withLock { $0.positions.keys.sorted() } }

    func groupPositions(of group: String) -> [TopicPartition: GroupPosition] { state.withLock { $0.positions[group] ?? [:] } }

    func commitGroupPositions(_ commits: [OffsetCommit], _ completion: @escaping Completion) {
        append(completion) { state in
            for commit in commits {
                state.positions[commit.group, default: [:]][commit.partition] = GroupPosition(
                    position: commit.position, committedMilliseconds: 0)
            }
        }
    }

    func appendGroupRecords(_ records: [GroupRecord], forgetting groups: [String], _ completion: @escaping Completion) {
        append(completion) { state in
            state.records += records
            for group in groups { state.positions[group] = nil }
        }
    }

    func forgetGroupPositions(_ partitions: [TopicPartition], of group: String, _ completion: @escaping Completion) {
        append(completion) { state in for partition in partitions { state.positions[group]?[partition] = nil } }
    }
}
