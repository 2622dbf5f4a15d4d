extension GroupCoordinator {
    /// JoinGroup. Answered when the generation begins, at once where there is something wrong.
    public mutating func join(_ request: JoinRequest, token: UInt64, now: Int64) -> [GroupEffect] {
        func refuse(_ error: KafkaErrorCode) -> [GroupEffect] {
            [.reply(token, .join(.failure(error, memberID: request.memberID)))]
        }
        guard !request.group.isEmpty else { return refuse(.invalidGroupID) }
        let timeout = Int64(request.sessionTimeoutMilliseconds)
        guard (settings.minimumSessionTimeoutMilliseconds...settings.maximumSessionTimeoutMilliseconds).contains(timeout)
        else { return refuse(.invalidSessionTimeout) }
        // A member that has an identifier got it from a group, and that group is gone.
        guard knows(request.group) || request.memberID.isEmpty else { return refuse(.unknownMemberID) }
        if let refusal = refusalToMake(request.group) { return refuse(refusal) }
        // The same of one whose group was an empty consumer group.
        if case .consumer(let group) = groups[request.group]?.group, group.isEmpty, !request.memberID.isEmpty {
            return refuse(.unknownMemberID)
        }
        return perform(request.group, now) { slot, step in
            if case .consumer(var consumer) = slot.group {
                slot.group = nil
                guard consumer.isEmpty else {
                    consumer.join(request, token: token, &step)
                    return slot.put(consumer, &step)
                }
                for tombstone in ConsumerGroupRecords.tombstones(of: consumer) { step.write(tombstone) }
            }
            var group = slot.takeClassic() ?? ClassicGroup(id: request.group, now: now)
            group.join(request, token: token, &step)
            slot.group = .classic(group)
        }
    }

    /// SyncGroup. Answered when the leader's assignments are there.
    public mutating func sync(_ request: SyncRequest, token: UInt64, now: Int64) -> [GroupEffect] {
        guard !request.group.isEmpty else { return [.reply(token, .sync(SyncResult(error: .invalidGroupID)))] }
        guard knows(request.group) else { return [.reply(token, .sync(SyncResult(error: .unknownMemberID)))] }
        return perform(request.group, now) { slot, step in
            if var classic = slot.takeClassic() {
                classic.sync(request, token: token, &step)
                slot.group = .classic(classic)
            } else if case .consumer(var consumer) = slot.group {
                slot.group = nil
                step.reply(token, .sync(consumer.sync(request, &step)))
                slot.put(consumer, &step)
            }
        }
    }

    /// Heartbeat. Answered at once.
    public mutating func heartbeat(_ request: HeartbeatRequest, token: UInt64, now: Int64) -> [GroupEffect] {
        guard !request.group.isEmpty else { return [.reply(token, .heartbeat(.invalidGroupID))] }
        guard knows(request.group) else { return [.reply(token, .heartbeat(.unknownMemberID))] }
        return perform(request.group, now) { slot, step in
            if var classic = slot.takeClassic() {
                let error = classic.heartbeat(request, &step)
                step.reply(token, .heartbeat(error))
                slot.group = .classic(classic)
            } else if case .consumer(var consumer) = slot.group {
                slot.group = nil
                step.reply(token, .heartbeat(consumer.heartbeat(request, &step)))
                slot.put(consumer, &step)
            }
        }
    }

    /// LeaveGroup. Answered at once.
    public mutating func leave(_ request: LeaveRequest, token: UInt64, now: Int64) -> [GroupEffect] {
        guard !request.group.isEmpty else { return [.reply(token, .leave(LeaveResult(error: .invalidGroupID)))] }
        guard knows(request.group) else {
            let members = request.members.map { LeaveResult.Member(identity: $0, error: .unknownMemberID) }
            return [.reply(token, .leave(LeaveResult(members: members)))]
        }
        return perform(request.group, now) { slot, step in
            if var classic = slot.takeClassic() {
                let result = classic.leave(request, &step)
                step.reply(token, .leave(result))
                slot.group = .classic(classic)
            } else if case .consumer(var consumer) = slot.group {
                slot.group = nil
                step.reply(token, .leave(consumer.leave(request, &step)))
                slot.put(consumer, &step)
            }
        }
    }
}
