/// A group in the answer to ConsumerGroupDescribe.
public struct DescribedConsumerGroup: Hashable, Sendable {
    public struct Member: Hashable, Sendable {
        public var memberID: String
        public var instanceID: String?
        public var rackID: String?
        public var memberEpoch: Int32
        public var clientID: String
        public var clientHost: String
        public var subscribedTopics: [String]
        public var subscribedPattern: String?
        /// By topic; those that no longer exist are left out.
        public var assignment: [AssignedTopic]
        public var targetAssignment: [AssignedTopic]
        /// Version 1 tells: 0 for a member of the classic protocol, 1 for one of the consumer protocol.
        public var memberType: Int8
    }

    public struct AssignedTopic: Hashable, Sendable {
        public var id: TopicID
        public var name: String
        public var partitions: [Int32]
    }

    public var error: KafkaErrorCode = .none
    public var errorMessage: String?
    public var group: String
    public var state = ""
    public var epoch: Int32 = 0
    public var assignmentEpoch: Int32 = 0
    public var assignor = ""
    public var members: [Member] = []
}

extension GroupCoordinator {
    /// ConsumerGroupDescribe.
    public func describeConsumerGroup(_ id: String) -> DescribedConsumerGroup {
        guard !id.isEmpty else { return DescribedConsumerGroup(error: .invalidGroupID, group: id) }
        guard case .consumer(let group) = groups[id]?.group else {
            return DescribedConsumerGroup(
                error: .groupIDNotFound, errorMessage: "Group \(id) is not a consumer group of this broker.", group: id)
        }
        var described = DescribedConsumerGroup(group: id, state: group.stateName)
        described.epoch = group.epoch
        described.assignmentEpoch = group.assignmentEpoch
        described.assignor = group.assignor.rawValue
        described.members = group.memberIDs.compactMap { group.members[$0] }.map { member in
            DescribedConsumerGroup.Member(
                memberID: member.id, instanceID: member.instanceID, rackID: member.rackID, memberEpoch: member.epoch,
                clientID: member.clientID, clientHost: member.clientHost, subscribedTopics: member.subscribedTopics,
                subscribedPattern: member.pattern, assignment: assigned(member.assigned),
                targetAssignment: assigned(group.targets[member.id] ?? [:]), memberType: member.classic == nil ? 1 : 0)
        }
        return described
    }

    private func assigned(_ sets: PartitionSets) -> [DescribedConsumerGroup.AssignedTopic] {
        sets.compactMap { id, partitions in
            topics.topic(id).map { .init(id: id, name: $0.name, partitions: partitions.sorted()) }
        }.sorted { $0.name < $1.name }
    }
}
