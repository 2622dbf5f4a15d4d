extension ClassicGroup {
    /// The error of a commit that must not be taken. A transaction's commit is checked less: it is bound to its producer.
    func checkCommit(_ identity: CommitIdentity, isTransactional: Bool) -> KafkaErrorCode? {
        if identity.generationOrEpoch < 0 && state == .empty { return nil }
        if identity.generationOrEpoch >= 0 || !identity.memberID.isEmpty || identity.instanceID != nil {
            if let error = check(memberID: identity.memberID, instanceID: identity.instanceID) { return error }
            if identity.generationOrEpoch != generation { return .illegalGeneration }
        } else if !isTransactional && state != .empty {
            // A simple consumer in a group that others manage.
            return .unknownMemberID
        }
        return !isTransactional && state == .completingRebalance ? .rebalanceInProgress : nil
    }

    /// A commit is a sign of life.
    mutating func noteCommit(of memberID: String, _ step: inout GroupStep) {
        if state == .stable || state == .preparingRebalance { renewSession(memberID, &step) }
    }

    func checkOffsetDelete() -> KafkaErrorCode? {
        state == .empty || usesConsumerProtocol ? nil : .nonEmptyGroup
    }

    /// Where the members' metadata does not say, a group of consumers counts as subscribed to everything.
    func isSubscribed(to topic: String) -> Bool { subscribedTopics?.contains(topic) ?? usesConsumerProtocol }

    func computeSubscribedTopics() -> Set<String>? {
        guard usesConsumerProtocol else { return nil }
        var topics: Set<String> = []
        guard !members.isEmpty else { return topics }
        guard protocolName != nil else { return nil }
        for member in members.values {
            guard let subscription = ConsumerProtocol.Subscription(member.metadata(under: protocolName)) else { return nil }
            topics.formUnion(subscription.topics)
        }
        return topics
    }

    /// Since when a position, committed at a moment, counts as unused; nil while it is in use.
    func retentionStart(of topic: String, committedAt: Int64) -> Int64? {
        guard protocolType != nil else { return committedAt }
        if state == .empty { return stateSince < 0 ? committedAt : stateSince }
        guard state == .stable, usesConsumerProtocol, subscribedTopics != nil, !isSubscribed(to: topic) else { return nil }
        return committedAt
    }
}
