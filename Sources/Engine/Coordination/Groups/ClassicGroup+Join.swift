extension ClassicGroup {
    mutating func join(_ request: JoinRequest, token: UInt64, _ step: inout GroupStep) {
        guard accepts(request.memberID, within: step.settings.maximumSize) else {
            remove(request.memberID, &step)
            step.reply(token, .join(.failure(.groupMaxSizeReached, memberID: "")))
            return completeJoinIfAllJoined(&step)
        }
        guard supports(type: request.protocolType, protocols: request.protocols) else {
            return step.reply(token, .join(.failure(.inconsistentGroupProtocol, memberID: request.memberID)))
        }
        if request.memberID.isEmpty {
            joinAsNew(request, token: token, &step)
        } else if pendingJoins[request.memberID] != nil && request.instanceID == nil {
            addMember(request, id: request.memberID, token: token, &step)
        } else if let error = check(memberID: request.memberID, instanceID: request.instanceID) {
            step.reply(token, .join(.failure(error, memberID: request.memberID)))
        } else {
            rejoin(request, token: token, &step)
        }
    }

    /// Whether there is room. While members come back for a new generation, those already here count, so that the last to
    /// come back stays out.
    private func accepts(_ memberID: String, within maximum: Int) -> Bool {
        switch state {
        case .empty: true
        case .preparingRebalance: members[memberID]?.joinToken != nil || awaitingJoin < maximum
        case .completingRebalance, .stable: members[memberID] != nil || members.count < maximum
        }
    }

    /// The error for a member that the group does not know, or whose instance another has taken over.
    func check(memberID: String, instanceID: String?) -> KafkaErrorCode? {
        if let instanceID {
            guard let present = staticMembers[instanceID] else { return .unknownMemberID }
            guard present == memberID else { return .fencedInstanceID }
        }
        return members.index(forKey: memberID) == nil ? .unknownMemberID : nil
    }

    private mutating func joinAsNew(_ request: JoinRequest, token: UInt64, _ step: inout GroupStep) {
        let prefix = request.instanceID ?? request.clientID
        let memberID = prefix + "-" + step.identifiers.uuid()
        if let instance = request.instanceID, let present = staticMembers[instance] {
            return replaceStatic(present, by: memberID, request, token: token, &step)
        }
        guard request.version >= 4, request.instanceID == nil else {
            return addMember(request, id: memberID, token: token, &step)
        }
        guard pendingJoins.count < step.settings.maximumPendingMembers else {
            return step.reply(token, .join(.failure(.groupMaxSizeReached, memberID: "")))
        }
        pendingJoins[memberID] = step.deadline(after: Int64(request.sessionTimeoutMilliseconds))
        step.reply(token, .join(.failure(.memberIDRequired, memberID: memberID)))
    }

    private mutating func addMember(_ request: JoinRequest, id memberID: String, token: UInt64, _ step: inout GroupStep) {
        var member = ClassicMember(
            id: memberID, instanceID: request.instanceID, clientID: request.clientID, clientHost: request.clientHost,
            rebalanceTimeout: request.rebalanceTimeout, sessionTimeout: request.sessionTimeoutMilliseconds,
            protocols: request.protocols)
        member.isNew = true
        member.joinToken = token
        // It cannot send heartbeats while it waits, and a lost connection is not seen: at some time it counts as gone.
        member.deadline = step.deadline(after: step.settings.newMemberJoinTimeoutMilliseconds)
        if state == .preparingRebalance && previousState == .empty { newMemberAdded = true }
        if members.isEmpty { protocolType = request.protocolType }
        add(member)
        rebalanceOrCompleteJoin(&step)
    }

    private mutating func rejoin(_ request: JoinRequest, token: UInt64, _ step: inout GroupStep) {
        let memberID = request.memberID
        let isUnchanged = members[memberID]?.protocols == request.protocols
        switch state {
        case .preparingRebalance:
            update(memberID, with: request, token: token, &step)
            completeJoinIfAllJoined(&step)
        case .completingRebalance where isUnchanged, .stable where isUnchanged && leader != memberID:
            // It missed the answer, or its part has not changed: the present generation's answer again. A leader of a stable
            // group comes back because it wants to assign anew.
            step.reply(token, .join(answer(for: memberID)))
        case .completingRebalance, .stable:
            update(memberID, with: request, token: token, &step)
            rebalanceOrCompleteJoin(&step)
        case .empty:
            step.reply(token, .join(.failure(.unknownMemberID, memberID: memberID)))
        }
    }

    /// The present generation, as a member is told of it.
    func answer(for memberID: String) -> JoinResult {
        var result = JoinResult(memberID: memberID)
        result.generation = generation
        result.protocolType = protocolType
        result.protocolName = protocolName
        result.leader = leader ?? ""
        if leader == memberID {
            result.members = membersInOrder.map { member in
                JoinResult.Member(
                    memberID: member.id, instanceID: member.instanceID, metadata: member.metadata(under: protocolName))
            }
        }
        return result
    }

    /// A static member that was restarted. Where the chosen protocol stays the same no one else is troubled (KIP-345).
    private mutating func replaceStatic(
        _ oldID: String, by newID: String, _ request: JoinRequest, token: UInt64, _ step: inout GroupStep
    ) {
        let formerLeader = leader
        replace(oldID, with: newID, &step)
        update(newID, with: request, token: token, &step)
        renewSession(newID, &step)
        switch state {
        case .stable where selectProtocol() == protocolName:
            step.write(GroupMetadataRecord.record(of: self))
            var result = answer(for: newID)
            if request.version >= 9 {
                result.skipAssignment = leader == newID
            } else {
                // It must not take itself for the leader: it would assign, and no one waits for that.
                result.leader = formerLeader ?? ""
                result.members = []
            }
            answerJoin(newID, result, &step)
        case .stable:
            rebalanceOrCompleteJoin(&step)
        case .completingRebalance:
            // The leader may have been told the old identifier, and would assign to it.
            prepareRebalance(&step)
        case .preparingRebalance, .empty:
            completeJoinIfAllJoined(&step)
        }
    }
}
