public import Coordination

extension GroupService {
    /// JoinGroup: answered when the generation begins.
    public func join(_ join: JoinRequest, completion: @escaping @Sendable (JoinResult) -> Void) {
        request({ reply in
            if case .join(let result) = reply { return completion(result) }
            completion(.failure(reply.failure, memberID: join.memberID))
        }) { coordinator, token, now in coordinator.join(join, token: token, now: now) }
    }

    /// SyncGroup: answered when the leader's assignments are written.
    public func sync(_ sync: SyncRequest, completion: @escaping @Sendable (SyncResult) -> Void) {
        request({ reply in
            if case .sync(let result) = reply { return completion(result) }
            completion(.failure(reply.failure))
        }) { coordinator, token, now in coordinator.sync(sync, token: token, now: now) }
    }

    /// Heartbeat: answered before this returns.
    public func heartbeat(_ heartbeat: HeartbeatRequest, completion: @escaping @Sendable (KafkaErrorCode) -> Void) {
        request({ completion($0.failure) }) { coordinator, token, now in
            coordinator.heartbeat(heartbeat, token: token, now: now)
        }
    }

    /// LeaveGroup.
    public func leave(_ leave: LeaveRequest, completion: @escaping @Sendable (LeaveResult) -> Void) {
        request({ reply in
            if case .leave(let result) = reply { return completion(result) }
            completion(.failure(reply.failure))
        }) { coordinator, token, now in coordinator.leave(leave, token: token, now: now) }
    }

    /// ConsumerGroupHeartbeat.
    public func consumerHeartbeat(
        _ heartbeat: ConsumerHeartbeatRequest, completion: @escaping @Sendable (ConsumerHeartbeatResult) -> Void
    ) {
        request({ reply in
            if case .consumerHeartbeat(let result) = reply { return completion(result) }
            completion(.failure(reply.failure, memberID: heartbeat.memberID))
        }) { coordinator, token, now in coordinator.consumerHeartbeat(heartbeat, token: token, now: now) }
    }

    /// Topics were made, removed or got more partitions.
    public func topicsChanged() {
        run { state, _ in
            state.coordinator.topicsChanged()
            return []
        }
    }

    /// DeleteGroups: an error for each, in the order of the request.
    public func delete(_ groups: [String], completion: @escaping @Sendable ([KafkaErrorCode]) -> Void) {
        request({ reply in
            if case .delete(let codes) = reply { return completion(codes) }
            completion(groups.map { _ in reply.failure })
        }) { coordinator, token, now in coordinator.delete(groups, token: token, now: now) }
    }

    /// ListGroups.
    public func list(states: Set<String> = [], types: Set<String> = []) -> [ListedGroup] {
        read { $0.list(states: states, types: types) }
    }

    /// DescribeGroups.
    public func describe(_ group: String, version: Int16) -> DescribedGroup { read { $0.describe(group, version: version) } }

    /// ConsumerGroupDescribe.
    public func describeConsumerGroup(_ group: String) -> DescribedConsumerGroup { read { $0.describeConsumerGroup(group) } }

    /// Every group's records as they are now: for a log that is restated from memory.
    public func latestRecords() -> [GroupRecord] { read { $0.latestRecords() } }
}

extension GroupReply {
    /// What stands for the whole answer where it is of another kind: the log failed, or the service is closed.
    var failure: KafkaErrorCode {
        if case .heartbeat(let code) = self { code } else { .unknownServerError }
    }
}
