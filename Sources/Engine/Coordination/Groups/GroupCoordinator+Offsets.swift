extension GroupCoordinator {
    /// A position of the table, for ``applyRetention(of:positions:now:)``.
    public struct CommittedPosition: Hashable, Sendable {
        public var partition: TopicPartition
        /// Since 1970.
        public var committedMilliseconds: Int64
        /// A transaction's commit of this partition is not decided.
        public var isPending: Bool

        public init(partition: TopicPartition, committedMilliseconds: Int64, isPending: Bool = false) {
            self.partition = partition
            self.committedMilliseconds = committedMilliseconds
            self.isPending = isPending
        }
    }

    /// Whether a commit may be taken: nil for yes. It counts as a sign of life of the member; a "simple" consumer's commit
    /// makes the group.
    public mutating func checkCommit(_ identity: CommitIdentity, isTransactional: Bool = false, now: Int64) -> KafkaErrorCode? {
        // A commit by itself may have a group without a name: old clients have.
        guard !isTransactional || !identity.group.isEmpty else { return .invalidGroupID }
        guard knows(identity.group) || identity.generationOrEpoch < 0 else {
            return !isTransactional && identity.version >= 9 ? .groupIDNotFound : .illegalGeneration
        }
        if let refusal = refusalToMake(identity.group) { return refusal }
        var error: KafkaErrorCode?
        _ = perform(identity.group, now) { slot, step in
            if slot.group == nil { slot.group = .classic(ClassicGroup(id: identity.group, now: now)) }
            if var classic = slot.takeClassic() {
                error = classic.checkCommit(identity, isTransactional: isTransactional)
                if error == nil && !isTransactional { classic.noteCommit(of: identity.memberID, &step) }
                slot.group = .classic(classic)
            } else if case .consumer(let consumer) = slot.group {
                error = consumer.checkCommit(identity, isTransactional: isTransactional)
            }
        }
        return error
    }

    /// Whether positions may be read by this member: nil for yes. A group that is not known has no positions, and no error.
    public func checkFetch(_ identity: CommitIdentity) -> KafkaErrorCode? {
        guard case .consumer(let group) = groups[identity.group]?.group else { return nil }
        return group.checkFetch(identity)
    }

    /// OffsetDelete: the error of the whole, or else of each topic; nil for those whose positions may go.
    public func checkOffsetDelete(
        group id: String, topics: [String]
    ) -> (error: KafkaErrorCode, topics: [KafkaErrorCode]) {
        guard !id.isEmpty else { return (.invalidGroupID, []) }
        switch groups[id]?.group {
        case .classic(let group):
            if let error = group.checkOffsetDelete() { return (error, []) }
            return (.none, topics.map { group.isSubscribed(to: $0) ? .groupSubscribedToTopic : .none })
        case .consumer(let group):
            return (.none, topics.map { group.isSubscribed(to: $0) ? .groupSubscribedToTopic : .none })
        case nil: return (.groupIDNotFound, [])
        }
    }

    /// A group that has positions is a group, also where nothing else is known of it.
    public mutating func noteGroup(_ id: String, now: Int64) {
        guard !knows(id) else { return }
        _ = perform(id, now) { slot, _ in slot.group = .classic(ClassicGroup(id: id, now: -1)) }
    }

    public func knows(_ id: String) -> Bool { groups.index(forKey: id) != nil }

    /// Longer than a transaction may be open: its positions are to find their group.
    private static let emptyGroupMilliseconds: Int64 = 3_600_000

    /// Gives the positions past their time, and, where none is left of a group without members, the end of the group.
    public mutating func applyRetention(
        of id: String, positions: [CommittedPosition], now: Int64
    ) -> (expired: [TopicPartition], effects: [GroupEffect]) {
        guard let group = groups[id]?.group else { return ([], []) }
        let retention = settings.offsetsRetentionMilliseconds
        let expired = positions.filter { position in
            guard !position.isPending else { return false }
            guard let start = group.retentionStart(of: position.partition.topic, committedAt: position.committedMilliseconds)
            else { return false }
            return now - start >= retention
        }.map(\.partition)
        guard expired.count == positions.count, group.isWithoutMembers,
            !positions.isEmpty || now - group.stateSince >= Self.emptyGroupMilliseconds
        else { return (expired, []) }
        return (
            expired,
            perform(id, now) { slot, step in
                slot.group = nil
                for tombstone in group.tombstones { step.write(tombstone) }
            }
        )
    }

    /// DeleteGroups: each group that has no members, with its positions.
    public mutating func delete(_ ids: [String], token: UInt64, now: Int64) -> [GroupEffect] {
        var effects: [GroupEffect] = []
        var codes: [KafkaErrorCode] = []
        for id in ids {
            guard let group = groups[id]?.group else {
                codes.append(.groupIDNotFound)
                continue
            }
            guard group.isEmpty else {
                codes.append(.nonEmptyGroup)
                continue
            }
            codes.append(.none)
            effects += perform(id, now) { slot, step in
                slot.group = nil
                for tombstone in group.tombstones { step.write(tombstone) }
                step.forgetPositions(of: id)
            }
        }
        return effects + [.reply(token, .delete(codes))]
    }
}

extension GroupCoordinator.Group {
    var isEmpty: Bool {
        switch self {
        case .classic(let group): group.state == .empty
        case .consumer(let group): group.isEmpty
        }
    }

    /// Empty, and no one about to join.
    var isWithoutMembers: Bool {
        switch self {
        case .classic(let group): group.state == .empty && group.pendingJoins.isEmpty
        case .consumer(let group): group.isEmpty
        }
    }

    var stateSince: Int64 {
        switch self {
        case .classic(let group): group.stateSince
        case .consumer(let group): group.emptySince
        }
    }

    var tombstones: [GroupRecord] {
        switch self {
        // A group that only has positions was never written.
        case .classic(let group): group.protocolType == nil ? [] : [GroupMetadataRecord.tombstone(group.id)]
        case .consumer(let group): ConsumerGroupRecords.tombstones(of: group)
        }
    }

    func retentionStart(of topic: String, committedAt: Int64) -> Int64? {
        switch self {
        case .classic(let group): group.retentionStart(of: topic, committedAt: committedAt)
        case .consumer(let group): group.retentionStart(of: topic, committedAt: committedAt)
        }
    }
}
