/// Turns groups from one protocol to the other while members live in them (KIP-848, "Online migration").
enum GroupMigration {
    /// A consumer group of the classic group's members, who go on with the classic protocol and what they were assigned; nil where
    /// the group cannot be one. Who waits in a join or sync is asked to join again.
    static func upgrade(_ classic: inout ClassicGroup, _ step: inout GroupStep) -> ConsumerGroup? {
        guard step.settings.allowsUpgrade, classic.usesConsumerProtocol,
            classic.members.count < step.settings.consumerMaximumSize
        else { return nil }
        var group = ConsumerGroup(id: classic.id)
        group.epoch = classic.generation
        group.assignmentEpoch = classic.generation
        for member in classic.membersInOrder {
            guard let metadata = (member.protocols.first { $0.name == classic.protocolName } ?? member.protocols.first)?.metadata,
                let subscription = ConsumerProtocol.Subscription(metadata),
                let assignment = member.assignment.isEmpty ? [] : ConsumerProtocol.decodeAssignment(member.assignment)
            else { return nil }
            var next = ConsumerMember(id: member.id)
            next.instanceID = member.instanceID
            next.rackID = subscription.rack
            next.rebalanceTimeout = member.rebalanceTimeout
            next.clientID = member.clientID
            next.clientHost = member.clientHost
            next.subscribedTopics = Set(subscription.topics).sorted()
            next.classic = .init(sessionTimeout: member.sessionTimeout, protocols: member.protocols)
            next.epoch = classic.generation
            next.previousEpoch = classic.generation
            for item in assignment {
                // A leader that assigned a partition twice is not followed in that.
                guard let id = step.topics.topic(named: item.topic)?.id, group.owners[id]?[item.partition] == nil else { continue }
                next.assigned[id, default: []].insert(item.partition)
            }
            group.set(next)
            group.targets[next.id] = next.assigned
        }
        for member in classic.membersInOrder {
            classic.answerJoin(member.id, .failure(.rebalanceInProgress, memberID: member.id), &step)
            _ = classic.answerSync(member.id, SyncResult(error: .rebalanceInProgress), &step)
            group.deadlines[member.id] = .init(session: step.deadline(after: Int64(member.sessionTimeout)))
        }
        step.write(GroupMetadataRecord.tombstone(classic.id))
        for record in ConsumerGroupRecords.all(of: group) { step.write(record) }
        return group
    }

    /// A classic group of a consumer group whose members all speak the classic protocol, about to rebalance; nil where it
    /// cannot be one.
    static func downgrade(_ group: ConsumerGroup, _ step: inout GroupStep) -> ClassicGroup? {
        guard step.settings.allowsDowngrade, group.isClassicAlone, group.members.count <= step.settings.maximumSize else {
            return nil
        }
        var classic = ClassicGroup(id: group.id, now: step.now)
        classic.protocolType = ConsumerProtocol.type
        classic.generation = group.epoch
        for memberID in group.memberIDs {
            guard let member = group.members[memberID], let details = member.classic else { continue }
            var next = ClassicMember(
                id: memberID, instanceID: member.instanceID, clientID: member.clientID, clientHost: member.clientHost,
                rebalanceTimeout: member.rebalanceTimeout, sessionTimeout: details.sessionTimeout, protocols: details.protocols)
            var names: [String: [Int32]] = [:]
            for (id, partitions) in member.assigned {
                if let topic = step.topics.topic(id) { names[topic.name] = partitions.sorted() }
            }
            let version = details.protocols.first.flatMap { ConsumerProtocol.Subscription($0.metadata)?.version } ?? 0
            next.assignment = ConsumerProtocol.encodeAssignment(names, version: version)
            classic.add(next)
        }
        guard let name = classic.selectProtocol() else { return nil }
        classic.protocolName = name
        classic.subscribedTopics = classic.computeSubscribedTopics()
        classic.state = .stable
        for record in ConsumerGroupRecords.tombstones(of: group) { step.write(record) }
        step.write(GroupMetadataRecord.record(of: classic))
        for memberID in group.memberIDs { classic.renewSession(memberID, &step) }
        // What they hold was assigned by the broker, and not every one of them may know its last part.
        classic.prepareRebalance(&step)
        return classic
    }
}
