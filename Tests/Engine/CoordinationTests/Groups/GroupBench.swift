import Coordination
import Testing

/// A coordinator with a clock set by hand, a log kept in memory, and the answers by token.
struct GroupBench {
    static let initialDelay: Int64 = 50

    var coordinator: GroupCoordinator
    var now: Int64 = 1_000_000
    private(set) var replies: [UInt64: GroupReply] = [:]
    private(set) var log: [GroupRecord] = []
    private(set) var forgotten: [String] = []
    private(set) var retentionChecks: [String] = []
    /// The machine stops before anything is written or answered.
    var losesEffects = false
    private var lastToken: UInt64 = 0
    let settings: GroupSettings

    init(topics: any GroupTopics = FixedGroupTopics(), seed: UInt64 = 1, _ change: (inout GroupSettings) -> Void = { _ in }) {
        var settings = GroupSettings()
        settings.initialRebalanceDelayMilliseconds = Self.initialDelay
        change(&settings)
        self.settings = settings
        coordinator = GroupCoordinator(settings: settings, topics: topics, identifiers: GroupIdentifiers(seed: seed))
    }

    mutating func apply(_ effects: [GroupEffect]) {
        guard !losesEffects else { return }
        for effect in effects {
            switch effect {
            case .write(let records): log += records
            case .reply(let token, let reply):
                #expect(replies[token] == nil, "token \(token) is answered twice")
                replies[token] = reply
            case .forgetPositions(let group): forgotten.append(group)
            case .checkRetention(let group): retentionChecks.append(group)
            }
        }
    }

    mutating func token() -> UInt64 {
        lastToken += 1
        return lastToken
    }

    /// Lets time pass, deadline by deadline.
    mutating func advance(_ milliseconds: Int64) {
        let end = now + milliseconds
        while coordinator.nextDeadline <= end {
            now = max(now, coordinator.nextDeadline)
            apply(coordinator.tick(now: now))
        }
        now = end
    }

    /// The process is killed and comes back: what was written is all there is.
    mutating func restart(compacted: Bool = false) throws {
        let records = compacted ? coordinator.latestRecords() : log
        coordinator = GroupCoordinator(
            settings: settings, topics: coordinator.topics, identifiers: GroupIdentifiers(seed: UInt64(log.count) + 77))
        for record in records {
            let isKnown = try record.key.withUnsafeBytes { key in
                guard let value = record.value else { return try coordinator.replay(key: key, value: nil) }
                return try value.withUnsafeBytes { try coordinator.replay(key: key, value: $0) }
            }
            #expect(isKnown)
        }
        coordinator.finishReplay(now: now)
    }

    // MARK: Requests

    mutating func join(_ request: JoinRequest) -> UInt64 {
        let token = token()
        apply(coordinator.join(request, token: token, now: now))
        return token
    }

    func joined(_ token: UInt64) -> JoinResult? {
        if case .join(let result) = replies[token] { result } else { nil }
    }

    mutating func sync(
        _ memberID: String, _ generation: Int32, group: String = "g", instance: String? = nil,
        assignments: [String: [UInt8]] = [:], protocolType: String? = nil, protocolName: String? = nil
    ) -> UInt64 {
        let token = token()
        let request = SyncRequest(
            group: group, memberID: memberID, instanceID: instance, generation: generation, protocolType: protocolType,
            protocolName: protocolName, assignments: assignments)
        apply(coordinator.sync(request, token: token, now: now))
        return token
    }

    func synced(_ token: UInt64) -> SyncResult? {
        if case .sync(let result) = replies[token] { result } else { nil }
    }

    mutating func heartbeat(
        _ memberID: String, _ generation: Int32, group: String = "g", instance: String? = nil
    ) -> KafkaErrorCode? {
        let token = token()
        let request = HeartbeatRequest(group: group, memberID: memberID, instanceID: instance, generation: generation)
        apply(coordinator.heartbeat(request, token: token, now: now))
        if case .heartbeat(let code) = replies[token] { return code }
        return nil
    }

    mutating func leave(_ members: MemberIdentity..., group: String = "g") -> LeaveResult? {
        let token = token()
        apply(coordinator.leave(LeaveRequest(group: group, members: members), token: token, now: now))
        if case .leave(let result) = replies[token] { return result }
        return nil
    }

    mutating func delete(_ groups: String...) -> [KafkaErrorCode]? {
        let token = token()
        apply(coordinator.delete(groups, token: token, now: now))
        if case .delete(let codes) = replies[token] { return codes }
        return nil
    }

    mutating func commit(
        _ memberID: String = "", _ generation: Int32 = -1, group: String = "g", instance: String? = nil, version: Int16 = 8,
        transactional: Bool = false
    ) -> KafkaErrorCode {
        coordinator.checkCommit(
            CommitIdentity(
                group: group, memberID: memberID, instanceID: instance, generationOrEpoch: generation, version: version),
            isTransactional: transactional, now: now) ?? .none
    }

    // MARK: Stories

    static func request(
        _ memberID: String = "", group: String = "g", instance: String? = nil, protocols: [String] = ["range"],
        metadata: [UInt8] = [], session: Int32 = 10_000, rebalance: Int32 = 60_000, version: Int16 = 3
    ) -> JoinRequest {
        JoinRequest(
            group: group, memberID: memberID, instanceID: instance, clientID: "client", clientHost: "/127.0.0.1",
            sessionTimeoutMilliseconds: session, rebalanceTimeoutMilliseconds: rebalance,
            protocols: protocols.map { GroupProtocol(name: $0, metadata: metadata) }, version: version)
    }

    /// A stable group of members that joined at the same time; gives their identifiers, the leader's first.
    mutating func stableGroup(
        _ count: Int, group: String = "g", instances: [String?] = [], session: Int32 = 10_000
    ) throws -> (members: [String], generation: Int32) {
        let tokens = (0..<count).map { index in
            join(
                Self.request(
                    group: group, instance: index < instances.count ? instances[index] : nil, session: session, version: 3))
        }
        advance(Self.initialDelay * Int64(count + 1))
        let results = try tokens.map { try #require(joined($0)) }
        let generation = try #require(results.first?.generation)
        let leader = try #require(results.first?.leader)
        var assignments: [String: [UInt8]] = [:]
        for (index, result) in results.enumerated() { assignments[result.memberID] = [UInt8(index)] }
        for result in results where result.memberID != leader { _ = sync(result.memberID, generation, group: group) }
        _ = sync(leader, generation, group: group, assignments: assignments)
        return (results.map(\.memberID).sorted { $0 == leader && $1 != leader }, generation)
    }

    func state(_ group: String = "g") -> String { coordinator.describe(group, version: 5).state }
}
