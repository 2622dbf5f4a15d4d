extension ClassicGroup {
    mutating func rebalanceOrCompleteJoin(_ step: inout GroupStep) {
        if canBeRebalanced { prepareRebalance(&step) } else { completeJoinIfAllJoined(&step) }
    }

    /// Calls every member back.
    mutating func prepareRebalance(_ step: inout GroupStep) {
        if state == .completingRebalance {
            for memberID in members.keys.sorted() {
                setAssignment([], of: memberID)
                if answerSync(memberID, SyncResult(error: .rebalanceInProgress), &step) { renewSession(memberID, &step) }
            }
        }
        pendingSyncs = []
        syncDeadline = .max
        let isFirst = state == .empty
        enter(.preparingRebalance, step.now)
        guard isFirst else {
            if hasAllMembersJoined { return completeJoin(&step) }
            joinDeadline = step.deadline(after: rebalanceTimeout)
            return
        }
        let delay = step.settings.initialRebalanceDelayMilliseconds
        guard delay > 0 else { return completeJoin(&step) }
        initialDelay = (delay, max(0, rebalanceTimeout - delay))
        joinDeadline = step.deadline(after: delay)
    }

    /// The first rebalance waits for its delay; later ones for the members alone.
    mutating func completeJoinIfAllJoined(_ step: inout GroupStep) {
        guard state == .preparingRebalance, previousState != .empty, hasAllMembersJoined else { return }
        completeJoin(&step)
    }

    /// Begins the next generation with those who have joined.
    mutating func completeJoin(_ step: inout GroupStep) {
        joinDeadline = .max
        initialDelay = nil
        newMemberAdded = false
        for member in membersInOrder where member.joinToken == nil && member.instanceID == nil { remove(member.id, &step) }
        guard electLeader() else {
            // Static members alone, none of them back yet: their sessions decide.
            joinDeadline = step.deadline(after: max(1_000, rebalanceTimeout))
            return
        }
        generation = generation == .max ? 1 : generation + 1
        pendingSyncs = []
        guard !members.isEmpty else {
            protocolName = nil
            subscribedTopics = computeSubscribedTopics()
            enter(.empty, step.now)
            return step.write(GroupMetadataRecord.record(of: self))
        }
        protocolName = selectProtocol()
        subscribedTopics = computeSubscribedTopics()
        enter(.completingRebalance, step.now)
        for member in membersInOrder {
            answerJoin(member.id, answer(for: member.id), &step)
            markAnswered(member.id)
            renewSession(member.id, &step)
            pendingSyncs.insert(member.id)
        }
        syncDeadline = step.deadline(after: rebalanceTimeout)
    }

    /// False where members are left and none of them has joined. The leader stays if it has; else the first that has leads.
    private mutating func electLeader() -> Bool {
        guard !members.isEmpty else { return true }
        if let leader, members[leader]?.joinToken != nil { return true }
        guard let first = membersInOrder.first(where: { $0.joinToken != nil }) else { return false }
        leader = first.id
        return true
    }

    // MARK: Time

    /// The earliest moment at which ``expire(_:)`` has something to do.
    var nextDeadline: Int64 {
        var earliest = min(joinDeadline, syncDeadline)
        for deadline in pendingJoins.values { earliest = min(earliest, deadline) }
        for member in members.values { earliest = min(earliest, member.deadline) }
        return earliest
    }

    mutating func expire(_ step: inout GroupStep) {
        for (memberID, deadline) in pendingJoins.sorted(by: { $0.key < $1.key }) where deadline <= step.now {
            pendingJoins[memberID] = nil
            completeJoinIfAllJoined(&step)
        }
        for member in membersInOrder where member.deadline <= step.now { expireSession(member.id, &step) }
        if joinDeadline <= step.now { expireJoin(&step) }
        if syncDeadline <= step.now { expireSync(&step) }
    }

    private mutating func expireSession(_ memberID: String, _ step: inout GroupStep) {
        // An earlier member's end may have begun a generation, which renews sessions.
        guard let member = members[memberID], member.deadline <= step.now else { return }
        guard !member.isHeldByTheGroup else { return setDeadline(.max, of: memberID) }
        remove(memberID, &step)
        switch state {
        case .stable, .completingRebalance: prepareRebalance(&step)
        case .preparingRebalance: completeJoinIfAllJoined(&step)
        case .empty: break
        }
    }

    private mutating func expireJoin(_ step: inout GroupStep) {
        guard state == .preparingRebalance else { return joinDeadline = .max }
        guard let (delay, remaining) = initialDelay, newMemberAdded, remaining > 0 else { return completeJoin(&step) }
        newMemberAdded = false
        let next = min(step.settings.initialRebalanceDelayMilliseconds, remaining)
        initialDelay = (next, max(0, remaining - delay))
        joinDeadline = step.deadline(after: next)
    }

    /// Members that took their place in the generation and never asked for their assignment hold its partitions: out.
    private mutating func expireSync(_ step: inout GroupStep) {
        syncDeadline = .max
        guard state == .completingRebalance || state == .stable, !pendingSyncs.isEmpty else { return }
        for memberID in pendingSyncs.sorted() { remove(memberID, &step) }
        prepareRebalance(&step)
    }
}
