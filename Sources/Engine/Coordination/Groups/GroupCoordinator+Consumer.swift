extension GroupCoordinator {
    /// ConsumerGroupHeartbeat. Answered at once.
    public mutating func consumerHeartbeat(_ request: ConsumerHeartbeatRequest, token: UInt64, now: Int64) -> [GroupEffect] {
        func refuse(_ refusal: GroupRefusal) -> [GroupEffect] {
            let result = ConsumerHeartbeatResult(
                error: refusal.code, errorMessage: refusal.message, memberID: request.memberID,
                memberEpoch: request.memberEpoch)
            return [.reply(token, .consumerHeartbeat(result))]
        }
        if let refusal = Self.checkForm(request) { return refuse(refusal) }
        let isJoin = request.memberEpoch == 0
        guard isJoin || knows(request.group) else {
            return refuse(GroupRefusal(.groupIDNotFound, "Group \(request.group) is not known."))
        }
        if let code = refusalToMake(request.group) {
            return refuse(GroupRefusal(code, "Group \(request.group.prefix(100)) cannot be made."))
        }
        return perform(request.group, now) { slot, step in
            do throws(GroupRefusal) {
                var group = try slot.takeConsumer(request.group, creating: isJoin, &step)
                defer { slot.put(group, &step) }
                let result = request.memberEpoch < 0 ? try group.leave(request, &step) : try group.heartbeat(request, &step)
                step.reply(token, .consumerHeartbeat(result))
            } catch {
                for effect in refuse(error) { if case .reply(let token, let reply) = effect { step.reply(token, reply) } }
            }
        }
    }

    /// INVALID_REQUEST, INVALID_REGULAR_EXPRESSION and UNSUPPORTED_ASSIGNOR, for requests that are wrong whatever the group's state.
    private static func checkForm(_ request: ConsumerHeartbeatRequest) -> GroupRefusal? {
        func invalid(_ text: String) -> GroupRefusal { GroupRefusal(.invalidRequest, text) }
        if request.group.isEmpty { return invalid("GroupId must not be empty.") }
        if request.instanceID?.isEmpty == true { return invalid("InstanceId must not be empty.") }
        if request.rackID?.isEmpty == true { return invalid("RackId must not be empty.") }
        if request.memberEpoch < -2 { return invalid("MemberEpoch \(request.memberEpoch) has no meaning.") }
        if request.memberID.isEmpty && (request.memberEpoch != 0 || request.version >= 1) {
            return invalid("MemberId must not be empty.")
        }
        if request.memberEpoch == -2 && request.instanceID == nil { return invalid("InstanceId must be given with MemberEpoch -2.") }
        if request.memberEpoch == 0 {
            if request.rebalanceTimeoutMilliseconds < 0 { return invalid("RebalanceTimeoutMs must be given when joining.") }
            if request.owned.map({ !$0.isEmpty }) ?? true { return invalid("TopicPartitions must be empty when joining.") }
            let hasPattern = request.subscribedPattern.map { !$0.isEmpty } ?? false
            if request.subscribedTopics?.isEmpty ?? true, !hasPattern {
                return invalid("SubscribedTopicNames or SubscribedTopicRegex must be given when joining.")
            }
        }
        if let text = request.subscribedPattern, !text.isEmpty {
            do { _ = try TopicPattern(text) } catch { return GroupRefusal(.invalidRegularExpression, error.description) }
        }
        if let name = request.serverAssignor, ServerAssignor(rawValue: name) == nil {
            let known = ServerAssignor.allCases.map(\.rawValue).joined(separator: ", ")
            return GroupRefusal(.unsupportedAssignor, "ServerAssignor \(name) is not known; there are \(known).")
        }
        return nil
    }

    /// Topics were made, removed or got more partitions: consumer groups look at them with their next heartbeats.
    public mutating func topicsChanged() { topicsVersion += 1 }
}

extension GroupCoordinator.Slot {
    /// Takes the consumer group out; made where there is none, or only an empty classic group, or one that can be turned into one.
    mutating func takeConsumer(
        _ id: String, creating: Bool, _ step: inout GroupStep
    ) throws(GroupRefusal) -> ConsumerGroup {
        if case .consumer(let consumer) = group {
            group = nil
            return consumer
        }
        guard creating else { throw GroupRefusal(.groupIDNotFound, "Group \(id) is not a consumer group.") }
        guard var classic = takeClassic() else { return ConsumerGroup(id: id) }
        if classic.state == .empty {
            if classic.protocolType != nil { step.write(GroupMetadataRecord.tombstone(id)) }
            return ConsumerGroup(id: id)
        }
        guard let upgraded = GroupMigration.upgrade(&classic, &step) else {
            group = .classic(classic)
            throw GroupRefusal(.groupIDNotFound, "Group \(id) is a classic group that cannot become a consumer group.")
        }
        return upgraded
    }

    /// Puts a consumer group back: as a classic one where only classic members are left in it, as none where it never was one.
    mutating func put(_ consumer: ConsumerGroup, _ step: inout GroupStep) {
        if consumer.isClassicAlone, let classic = GroupMigration.downgrade(consumer, &step) {
            group = .classic(classic)
        } else {
            group = consumer.isEmpty && consumer.epoch == 0 ? nil : .consumer(consumer)
        }
    }
}
