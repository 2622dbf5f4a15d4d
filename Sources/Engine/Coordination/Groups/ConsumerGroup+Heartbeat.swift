/// Why a request is refused.
struct GroupRefusal: Error {
    var code: KafkaErrorCode
    var message: String

    init(_ code: KafkaErrorCode, _ message: String) {
        self.code = code
        self.message = message
    }
}

extension ConsumerGroup {
    /// A heartbeat with an epoch of 0 (a member joins) or more. The request's form has been checked.
    mutating func heartbeat(
        _ request: ConsumerHeartbeatRequest, _ step: inout GroupStep
    ) throws(GroupRefusal) -> ConsumerHeartbeatResult {
        let isJoin = request.memberEpoch == 0
        let memberID = request.memberID.isEmpty ? step.identifiers.uuid() : request.memberID
        if members.count >= step.settings.consumerMaximumSize, members[memberID] == nil,
            request.instanceID.flatMap({ staticMembers[$0] }) == nil
        {
            throw GroupRefusal(.groupMaxSizeReached, "Group \(id) has its \(step.settings.consumerMaximumSize) members.")
        }
        let former = try memberFor(request, memberID, isJoin: isJoin, &step)
        var updated = former ?? ConsumerMember(id: memberID)
        updated.instanceID = request.instanceID ?? updated.instanceID
        updated.rackID = request.rackID ?? updated.rackID
        if request.rebalanceTimeoutMilliseconds >= 0 { updated.rebalanceTimeout = request.rebalanceTimeoutMilliseconds }
        updated.serverAssignor = request.serverAssignor ?? updated.serverAssignor
        if let topics = request.subscribedTopics { updated.subscribedTopics = Set(topics).sorted() }
        if let text = request.subscribedPattern { updated.pattern = text.isEmpty ? nil : text }
        updated.clientID = request.clientID
        updated.clientHost = request.clientHost
        updated.classic = nil
        let member = advance(former, updated, owned: request.owned, &step)
        deadlines[memberID, default: .init()].session = step.deadline(after: step.settings.consumerSessionTimeoutMilliseconds)

        var result = ConsumerHeartbeatResult(memberID: memberID, memberEpoch: member.epoch)
        result.heartbeatIntervalMilliseconds = Int32(clamping: step.settings.consumerHeartbeatIntervalMilliseconds)
        // A full request is one of a member that may have lost what it was told.
        let isFull =
            isJoin
            || (request.rebalanceTimeoutMilliseconds >= 0 && request.owned != nil
                && (request.subscribedTopics != nil || request.subscribedPattern != nil))
        if isFull || former?.assigned != member.assigned { result.assignment = member.assigned }
        return result
    }

    /// The member a request comes from, nil for a new one; a static one that comes back is put in its former place.
    private mutating func memberFor(
        _ request: ConsumerHeartbeatRequest, _ memberID: String, isJoin: Bool, _ step: inout GroupStep
    ) throws(GroupRefusal) -> ConsumerMember? {
        guard let instance = request.instanceID else {
            guard let member = members[memberID] else {
                guard isJoin else { throw GroupRefusal(.unknownMemberID, "Member \(memberID) is not in group \(id).") }
                return nil
            }
            try checkEpoch(member, request)
            return member
        }
        let present = staticMember(instance)
        if isJoin {
            guard let present else { return nil }
            if present.id == memberID && present.epoch != ConsumerMember.awayEpoch && present.classic == nil {
                try checkEpoch(present, request)
                return present
            }
            if present.classic == nil && present.epoch != ConsumerMember.awayEpoch {
                throw GroupRefusal(.unreleasedInstanceID, "Instance \(instance) of group \(id) is in use by member \(present.id).")
            }
            return replace(present, by: memberID, &step)
        }
        guard let present else { throw GroupRefusal(.unknownMemberID, "Instance \(instance) is not in group \(id).") }
        guard present.id == memberID else {
            throw GroupRefusal(.fencedInstanceID, "Instance \(instance) of group \(id) is now member \(present.id).")
        }
        try checkEpoch(present, request)
        return present
    }

    /// The member's epoch must be the group's, or the one before, where the answer with the new one may have been lost. One that
    /// joins again under its identifier has given up everything, and is told what it has: Kafka fences it until its session ends.
    private func checkEpoch(_ member: ConsumerMember, _ request: ConsumerHeartbeatRequest) throws(GroupRefusal) {
        let epoch = request.memberEpoch
        if epoch == member.epoch || epoch == 0 { return }
        if epoch == member.previousEpoch, let owned = request.owned, owned.isSubset(of: member.assigned) { return }
        throw GroupRefusal(
            .fencedMemberEpoch,
            "Member \(member.id) of group \(id) has epoch \(member.epoch), not \(epoch): give up all partitions and join again.")
    }

    /// Puts a static member in the place of its former self.
    mutating func replace(_ old: ConsumerMember, by memberID: String, _ step: inout GroupStep) -> ConsumerMember {
        let target = targets[old.id] ?? [:]
        let member = ConsumerMember(old, id: memberID)
        if old.id != memberID {
            for record in ConsumerGroupRecords.tombstones(of: old.id, in: id) { step.write(record) }
            remove(old.id)
        }
        set(member)
        targets[memberID] = target
        step.write(ConsumerGroupRecords.member(member, of: id))
        step.write(ConsumerGroupRecords.target(target, of: memberID, in: id))
        step.write(ConsumerGroupRecords.current(member, of: id))
        return member
    }

    /// A heartbeat with epoch -1 or, of a static member that will be back, -2.
    mutating func leave(
        _ request: ConsumerHeartbeatRequest, _ step: inout GroupStep
    ) throws(GroupRefusal) -> ConsumerHeartbeatResult {
        var memberID = request.memberID
        if let instance = request.instanceID {
            guard let present = staticMember(instance) else {
                throw GroupRefusal(.unknownMemberID, "Instance \(instance) is not in group \(id).")
            }
            guard present.id == memberID else {
                throw GroupRefusal(.fencedInstanceID, "Instance \(instance) of group \(id) is now member \(present.id).")
            }
            memberID = present.id
        }
        guard var member = members[memberID] else {
            throw GroupRefusal(.unknownMemberID, "Member \(memberID) is not in group \(id).")
        }
        if request.memberEpoch == ConsumerMember.awayEpoch {
            member.epoch = ConsumerMember.awayEpoch
            member.pendingRevocation = [:]
            set(member)
            deadlines[memberID]?.rebalance = .max
            step.write(ConsumerGroupRecords.current(member, of: id))
        } else {
            fence(memberID, &step)
        }
        return ConsumerHeartbeatResult(memberID: memberID, memberEpoch: request.memberEpoch)
    }

    /// Takes a member out; the others share its partitions from their next heartbeats on.
    mutating func fence(_ memberID: String, _ step: inout GroupStep) {
        guard members[memberID] != nil else { return }
        for record in ConsumerGroupRecords.tombstones(of: memberID, in: id) { step.write(record) }
        remove(memberID)
        _ = lookAtTopics(&step)
        bumpEpoch(&step)
        if members.isEmpty { emptySince = step.now }
    }
}
