extension ConsumerGroup {
    func checkCommit(_ identity: CommitIdentity, isTransactional: Bool) -> KafkaErrorCode? {
        if identity.generationOrEpoch < 0 && members.isEmpty { return nil }
        guard let member = members[identity.memberID] else { return .unknownMemberID }
        if !isTransactional && member.classic == nil && identity.version < 9 { return .unsupportedVersion }
        guard let error = checkEpoch(identity.generationOrEpoch, of: member) else { return nil }
        // A transaction's request has no code for a stale epoch.
        return isTransactional && error == .staleMemberEpoch ? .illegalGeneration : error
    }

    func checkFetch(_ identity: CommitIdentity) -> KafkaErrorCode? {
        if identity.memberID.isEmpty && identity.generationOrEpoch < 0 { return nil }
        guard let member = members[identity.memberID] else { return .unknownMemberID }
        return checkEpoch(identity.generationOrEpoch, of: member)
    }

    private func checkEpoch(_ epoch: Int32, of member: ConsumerMember) -> KafkaErrorCode? {
        if epoch == member.epoch { return nil }
        return member.classic == nil ? .staleMemberEpoch : .illegalGeneration
    }

    func retentionStart(of topic: String, committedAt: Int64) -> Int64? {
        if members.isEmpty { return max(committedAt, emptySince) }
        return isSubscribed(to: topic) ? nil : committedAt
    }
}
