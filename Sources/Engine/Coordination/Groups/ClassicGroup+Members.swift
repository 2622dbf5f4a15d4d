extension ClassicGroup {
    mutating func sync(_ request: SyncRequest, token: UInt64, _ step: inout GroupStep) {
        let memberID = request.memberID
        if let error = checkSync(request) { return step.reply(token, .sync(SyncResult(error: error))) }
        switch state {
        case .empty:
            step.reply(token, .sync(SyncResult(error: .unknownMemberID)))
        case .preparingRebalance:
            step.reply(token, .sync(SyncResult(error: .rebalanceInProgress)))
        case .completingRebalance:
            awaitSync(memberID, token: token, &step)
            removePendingSync(memberID)
            guard leader == memberID else { return }
            for member in membersInOrder { setAssignment(request.assignments[member.id] ?? [], of: member.id) }
            enter(.stable, step.now)
            step.write(GroupMetadataRecord.record(of: self))
            for member in membersInOrder {
                if answerSync(member.id, assignment(of: member.id), &step) { renewSession(member.id, &step) }
            }
        case .stable:
            removePendingSync(memberID)
            step.reply(token, .sync(assignment(of: memberID)))
        }
    }

    private func assignment(of memberID: String) -> SyncResult {
        SyncResult(protocolType: protocolType, protocolName: protocolName, assignment: members[memberID]?.assignment ?? [])
    }

    private func checkSync(_ request: SyncRequest) -> KafkaErrorCode? {
        if let error = check(memberID: request.memberID, instanceID: request.instanceID) { return error }
        if request.generation != generation { return .illegalGeneration }
        func differs(_ theirs: String?, _ ours: String?) -> Bool { theirs != nil && ours != nil && theirs != ours }
        let isInconsistent = differs(request.protocolType, protocolType) || differs(request.protocolName, protocolName)
        return isInconsistent ? .inconsistentGroupProtocol : nil
    }

    private mutating func removePendingSync(_ memberID: String) {
        pendingSyncs.remove(memberID)
        if pendingSyncs.isEmpty { syncDeadline = .max }
    }

    mutating func heartbeat(_ request: HeartbeatRequest, _ step: inout GroupStep) -> KafkaErrorCode {
        if let error = check(memberID: request.memberID, instanceID: request.instanceID) { return error }
        if request.generation != generation { return .illegalGeneration }
        // Also between join and sync: the member is alive.
        renewSession(request.memberID, &step)
        return state == .preparingRebalance ? .rebalanceInProgress : .none
    }

    mutating func leave(_ request: LeaveRequest, _ step: inout GroupStep) -> LeaveResult {
        var result = LeaveResult()
        for identity in request.members {
            let error = leave(identity, &step)
            result.members.append(.init(identity: identity, error: error))
        }
        guard result.members.contains(where: { $0.error == .none }) else { return result }
        switch state {
        case .stable, .completingRebalance: prepareRebalance(&step)
        case .preparingRebalance: completeJoinIfAllJoined(&step)
        case .empty: break
        }
        return result
    }

    private mutating func leave(_ identity: MemberIdentity, _ step: inout GroupStep) -> KafkaErrorCode {
        if identity.memberID.isEmpty {
            // An operator takes a static member out by its instance.
            guard let instance = identity.instanceID, let present = staticMembers[instance] else { return .unknownMemberID }
            remove(present, &step)
            return .none
        }
        if pendingJoins[identity.memberID] == nil {
            if let error = check(memberID: identity.memberID, instanceID: identity.instanceID) { return error }
        }
        remove(identity.memberID, &step)
        return .none
    }
}
