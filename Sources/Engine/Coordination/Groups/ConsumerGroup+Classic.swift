// Members that still speak the classic protocol in a consumer group: their generation is their member epoch, their join is what a
// heartbeat is to the others, and the broker, not the leader, assigns. They call for a join by REBALANCE_IN_PROGRESS.

extension ConsumerGroup {
    mutating func join(_ request: JoinRequest, token: UInt64, _ step: inout GroupStep) {
        do throws(GroupRefusal) {
            step.reply(token, .join(try join(request, &step)))
        } catch {
            step.reply(token, .join(.failure(error.code, memberID: request.memberID)))
        }
    }

    private mutating func join(_ request: JoinRequest, _ step: inout GroupStep) throws(GroupRefusal) -> JoinResult {
        let isNew = request.memberID.isEmpty
        let memberID = isNew ? step.identifiers.uuid() : request.memberID
        guard members[memberID] != nil || members.count < step.settings.consumerMaximumSize else {
            throw GroupRefusal(.groupMaxSizeReached, "")
        }
        guard request.protocolType == ConsumerProtocol.type, supports(request.protocols),
            let metadata = request.protocols.first?.metadata, let subscription = ConsumerProtocol.Subscription(metadata)
        else { throw GroupRefusal(.inconsistentGroupProtocol, "") }
        if isNew && request.version >= 4 && request.instanceID == nil { return .failure(.memberIDRequired, memberID: memberID) }

        let former = try formerMember(request, memberID, &step)
        var updated = former ?? ConsumerMember(id: memberID)
        updated.instanceID = request.instanceID ?? updated.instanceID
        updated.rackID = subscription.rack ?? updated.rackID
        updated.rebalanceTimeout = request.rebalanceTimeout
        updated.serverAssignor = nil
        updated.subscribedTopics = Set(subscription.topics).sorted()
        updated.pattern = nil
        updated.clientID = request.clientID
        updated.clientHost = request.clientHost
        updated.classic = .init(sessionTimeout: request.sessionTimeoutMilliseconds, protocols: request.protocols)
        let member = advance(former, updated, owned: partitionSets(subscription.owned, step), &step)
        deadlines[memberID, default: .init()].join = .max
        deadlines[memberID]?.rebalance = .max
        deadlines[memberID]?.session = step.deadline(after: Int64(request.sessionTimeoutMilliseconds))
        deadlines[memberID]?.sync = step.deadline(after: Int64(request.rebalanceTimeout))
        var result = JoinResult(memberID: memberID)
        result.generation = member.epoch
        result.protocolType = ConsumerProtocol.type
        result.protocolName = request.protocols.first?.name
        return result
    }

    private mutating func formerMember(
        _ request: JoinRequest, _ memberID: String, _ step: inout GroupStep
    ) throws(GroupRefusal) -> ConsumerMember? {
        guard let instance = request.instanceID else { return members[memberID] }
        let present = staticMember(instance)
        if request.memberID.isEmpty { return present.map { replace($0, by: memberID, &step) } }
        guard let present else { throw GroupRefusal(.unknownMemberID, "") }
        guard present.id == memberID else { throw GroupRefusal(.fencedInstanceID, "") }
        return present
    }

    /// Whether one of these protocols is among those of every classic member.
    private func supports(_ protocols: [GroupProtocol]) -> Bool {
        let others = members.values.compactMap { $0.classic?.protocols }
        return protocols.contains { item in others.allSatisfy { $0.contains { $0.name == item.name } } }
    }

    private func partitionSets(_ partitions: [TopicPartition], _ step: GroupStep) -> PartitionSets {
        var sets: PartitionSets = [:]
        for item in partitions {
            guard let topic = step.topics.topic(named: item.topic) else { continue }
            sets[topic.id, default: []].insert(item.partition)
        }
        return sets
    }

    // MARK: Sync, heartbeat, leave

    private func classicMember(_ memberID: String, _ instanceID: String?) throws(GroupRefusal) -> ConsumerMember {
        if let instanceID {
            guard let present = staticMember(instanceID) else { throw GroupRefusal(.unknownMemberID, "") }
            guard present.id == memberID else { throw GroupRefusal(.fencedInstanceID, "") }
        }
        guard let member = members[memberID], member.classic != nil else { throw GroupRefusal(.unknownMemberID, "") }
        return member
    }

    mutating func sync(_ request: SyncRequest, _ step: inout GroupStep) -> SyncResult {
        do throws(GroupRefusal) {
            let member = try classicMember(request.memberID, request.instanceID)
            guard let classic = member.classic, let chosen = classic.protocols.first else { return .failure(.unknownMemberID) }
            if request.generation != member.epoch { return .failure(.illegalGeneration) }
            let isConsumer = request.protocolType.map { $0 == ConsumerProtocol.type } ?? true
            guard isConsumer, request.protocolName.map({ $0 == chosen.name }) ?? true else {
                return .failure(.inconsistentGroupProtocol)
            }
            // One that has something to revoke has joined already, and joins again when it has.
            if epoch > member.epoch && member.state != .unrevokedPartitions {
                callBack(member, &step)
                return .failure(.rebalanceInProgress)
            }
            deadlines[member.id]?.sync = .max
            deadlines[member.id]?.session = step.deadline(after: Int64(classic.sessionTimeout))
            var names: [String: [Int32]] = [:]
            for (id, partitions) in member.assigned {
                if let topic = step.topics.topic(id) { names[topic.name] = partitions.sorted() }
            }
            let version = ConsumerProtocol.Subscription(chosen.metadata)?.version ?? 0
            return SyncResult(
                protocolType: request.protocolType, protocolName: request.protocolName,
                assignment: ConsumerProtocol.encodeAssignment(names, version: version))
        } catch {
            return .failure(error.code)
        }
    }

    mutating func heartbeat(_ request: HeartbeatRequest, _ step: inout GroupStep) -> KafkaErrorCode {
        do throws(GroupRefusal) {
            let member = try classicMember(request.memberID, request.instanceID)
            if request.generation != member.epoch { return .illegalGeneration }
            deadlines[member.id]?.session = step.deadline(after: Int64(member.classic?.sessionTimeout ?? 0))
            let isFree = member.state == .unreleasedPartitions && !isWaitingForOthers(member)
            guard member.epoch < epoch || member.state == .unrevokedPartitions || isFree else { return .none }
            callBack(member, &step)
            return .rebalanceInProgress
        } catch {
            return error.code
        }
    }

    /// It has its rebalance time-out to join, from the first time it is told.
    private mutating func callBack(_ member: ConsumerMember, _ step: inout GroupStep) {
        guard deadlines[member.id]?.join == .max else { return }
        deadlines[member.id]?.join = step.deadline(after: Int64(member.rebalanceTimeout))
    }

    mutating func leave(_ request: LeaveRequest, _ step: inout GroupStep) -> LeaveResult {
        var result = LeaveResult()
        for identity in request.members {
            do throws(GroupRefusal) {
                var memberID = identity.memberID
                if memberID.isEmpty, let instance = identity.instanceID { memberID = staticMembers[instance] ?? "" }
                let member = try classicMember(memberID, identity.instanceID)
                fence(member.id, &step)
                result.members.append(.init(identity: identity, error: .none))
            } catch {
                result.members.append(.init(identity: identity, error: error.code))
            }
        }
        return result
    }
}
