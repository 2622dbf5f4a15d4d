extension GroupCoordinator {
    /// Takes in one record of `__consumer_offsets`, in the order in which they were written; a nil value is a tombstone.
    /// Gives false for a record of another kind (a position). After the last: ``finishReplay(now:)``.
    public mutating func replay(
        key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer?
    ) throws(CoordinationError) -> Bool {
        var reader = FieldReader(key)
        let kind = try reader.read(Int16.self)
        if let kind = ConsumerGroupRecords.Kind(rawValue: kind) {
            let id = try reader.readString()
            try replay(kind, id, &reader, value)
            return true
        }
        switch kind {
        case GroupMetadataRecord.keyVersion:
            let id = try reader.readString()
            guard let value else {
                if case .classic = groups[id]?.group { groups[id] = nil }
                return true
            }
            groups[id] = Slot(group: .classic(try GroupMetadataRecord.decode(id, value)))
            return true
        default:
            return false
        }
    }

    private mutating func replay(
        _ kind: ConsumerGroupRecords.Kind, _ id: String, _ key: inout FieldReader, _ value: UnsafeRawBufferPointer?
    ) throws(CoordinationError) {
        var group: ConsumerGroup
        if case .consumer(let present) = groups[id]?.group {
            groups[id]?.group = nil
            group = present
        } else {
            // The tombstones of a group that is gone, or has become a classic one since.
            guard value != nil else { return }
            group = ConsumerGroup(id: id)
        }
        let isThere = try ConsumerGroupRecords.replay(kind, &key, value, into: &group)
        groups[id] = isThere ? Slot(group: .consumer(group)) : nil
    }

    /// Members that were there get their sessions anew, as if each had just been heard.
    public mutating func finishReplay(now: Int64) {
        heap = DeadlineHeap()
        for id in groups.keys.sorted() {
            groups[id]?.scheduledAt = .max
            _ = perform(id, now) { slot, step in
                if var classic = slot.takeClassic() {
                    for member in classic.membersInOrder { classic.renewSession(member.id, &step) }
                    slot.group = .classic(classic)
                } else if case .consumer(var consumer) = slot.group {
                    slot.group = nil
                    consumer.finishReplay(&step)
                    slot.group = .consumer(consumer)
                }
            }
        }
    }

    /// What stands in the log for each group now: a reader of these alone comes to the same state. For restating the log.
    public func latestRecords() -> [GroupRecord] { groups.keys.sorted().flatMap { latestRecords(of: $0) } }

    /// The same of one group; none of one that is not known.
    public func latestRecords(of id: String) -> [GroupRecord] {
        switch groups[id]?.group {
        // Never written: a group that only has positions, or that waits for its first members.
        case .classic(let group): group.protocolType == nil ? [] : [GroupMetadataRecord.record(of: group)]
        case .consumer(let group): ConsumerGroupRecords.all(of: group)
        case nil: []
        }
    }

    /// The group that a key of ``GroupRecord`` belongs to; nil for keys of other kinds.
    public static func group(ofKey key: [UInt8]) -> String? {
        try? key.withUnsafeBytes { buffer throws(CoordinationError) in
            var reader = FieldReader(buffer)
            let version = try reader.read(Int16.self)
            guard version == GroupMetadataRecord.keyVersion || ConsumerGroupRecords.Kind(rawValue: version) != nil else {
                return nil
            }
            return try reader.readString()
        }
    }
}
