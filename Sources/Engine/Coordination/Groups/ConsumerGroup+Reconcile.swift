extension ConsumerGroup {
    /// Takes in a member as its request has changed it, and moves the group's epoch, the target and the member on as far as they
    /// go. Gives the member as it then is.
    mutating func advance(
        _ former: ConsumerMember?, _ member: ConsumerMember, owned: PartitionSets?, _ step: inout GroupStep
    ) -> ConsumerMember {
        set(member)
        if former.map({ !$0.hasSameMetadata(as: member) }) ?? true {
            step.write(ConsumerGroupRecords.member(member, of: id))
        }
        var isChanged = former?.subscribedTopics != member.subscribedTopics || former?.pattern != member.pattern
        if isChanged || topicsVersion != step.topicsVersion {
            isChanged = lookAtTopics(&step) || isChanged
            if isChanged { bumpEpoch(&step) }
        }
        if epoch > assignmentEpoch { computeTarget(&step) }
        let next = reconcile(member, owned: owned, &step)
        set(next)
        return next
    }

    mutating func bumpEpoch(_ step: inout GroupStep) {
        epoch += 1
        step.write(ConsumerGroupRecords.epoch(epoch, of: id))
    }

    /// True where the subscribed topics, or their partitions, are others than before.
    mutating func lookAtTopics(_ step: inout GroupStep) -> Bool {
        let found = resolve(step)
        guard found != topics else { return false }
        topics = found
        step.write(ConsumerGroupRecords.topics(found, of: id))
        return true
    }

    /// The one that most members ask for.
    var assignor: ServerAssignor {
        var votes: [String: Int] = [:]
        for member in members.values { if let name = member.serverAssignor { votes[name, default: 0] += 1 } }
        let name = votes.min { ($1.value, $0.key) < ($0.value, $1.key) }?.key
        return name.flatMap { ServerAssignor(rawValue: $0) } ?? .uniform
    }

    private mutating func computeTarget(_ step: inout GroupStep) {
        let assignor = assignor
        let input = memberIDs.map { memberID -> AssignmentMember in
            let member = members[memberID]
            return AssignmentMember(
                id: memberID, instanceID: member?.instanceID,
                topics: Set(member.map { wanted(by: $0) }?.compactMap { topics[$0]?.id } ?? []),
                present: targets[memberID] ?? [:])
        }
        let partitions = Dictionary(topics.values.map { ($0.id, $0.partitions) }, uniquingKeysWith: { $1 })
        let assignment = assignor.assign(input, partitions: partitions)
        for memberID in memberIDs where targets[memberID] != assignment[memberID] ?? [:] {
            targets[memberID] = assignment[memberID] ?? [:]
            step.write(ConsumerGroupRecords.target(targets[memberID] ?? [:], of: memberID, in: id))
        }
        assignmentEpoch = epoch
        step.write(ConsumerGroupRecords.assignmentEpoch(epoch, of: id))
    }

    /// The member a step nearer to its target, where it can make one.
    private mutating func reconcile(
        _ member: ConsumerMember, owned: PartitionSets?, _ step: inout GroupStep
    ) -> ConsumerMember {
        guard !member.isReconciled(to: assignmentEpoch) else { return member }
        var next = member
        switch member.state {
        case .stable:
            next = nextAssignment(member, epoch: member.epoch, owned: owned)
        case .unrevokedPartitions:
            // It has revoked when it no longer names the partitions among what it holds; no list says nothing.
            guard let owned, !owned.intersects(member.pendingRevocation) else { return member }
            next = nextAssignment(member, epoch: member.epoch + 1, owned: owned)
        case .unreleasedPartitions:
            next = nextAssignment(member, epoch: member.epoch, owned: owned)
        }
        guard next != member else { return member }
        step.write(ConsumerGroupRecords.current(next, of: id))
        if next.classic == nil {
            deadlines[member.id, default: .init()].rebalance =
                next.state == .unrevokedPartitions ? step.deadline(after: Int64(next.rebalanceTimeout)) : .max
        }
        return next
    }

    private func nextAssignment(_ member: ConsumerMember, epoch: Int32, owned: PartitionSets?) -> ConsumerMember {
        var kept: PartitionSets = [:]
        var revoked: PartitionSets = [:]
        var added: PartitionSets = [:]
        var isWaiting = false
        let target = targets[member.id] ?? [:]
        for topic in Set(target.keys).union(member.assigned.keys) {
            let wanted = target[topic] ?? []
            let present = member.assigned[topic] ?? []
            kept[topic] = present.intersection(wanted)
            revoked[topic] = present.subtracting(wanted)
            let missing = wanted.subtracting(present)
            let free = missing.filter { owners[topic]?[$0] == nil }
            isWaiting = isWaiting || free.count < missing.count
            added[topic] = free
        }
        revoked = revoked.withoutEmpty
        var next = member
        if !revoked.isEmpty && (owned.map { $0.intersects(revoked) } ?? true) {
            next.state = .unrevokedPartitions
            next.move(to: epoch)
            next.assigned = kept.withoutEmpty
            next.pendingRevocation = revoked
            return next
        }
        next.state = isWaiting ? .unreleasedPartitions : .stable
        next.move(to: assignmentEpoch)
        next.assigned = kept.merging(added) { $0.union($1) }.withoutEmpty
        next.pendingRevocation = [:]
        return next
    }

    /// Whether a member's missing partitions are still held by others.
    func isWaitingForOthers(_ member: ConsumerMember) -> Bool {
        guard member.state == .unreleasedPartitions else { return false }
        return (targets[member.id] ?? [:]).contains { topic, partitions in
            partitions.contains { member.assigned[topic]?.contains($0) != true && owners[topic]?[$0] != nil }
        }
    }
}
