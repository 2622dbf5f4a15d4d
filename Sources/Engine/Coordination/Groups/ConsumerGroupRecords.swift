// A consumer group's records in `__consumer_offsets` (Kafka: ConsumerGroup*Key.json, ConsumerGroup*Value.json).
//   key: version i16, which says what it is | group string | member string (5, 7, 8)
//     3 the group's epoch                       epoch i32
//     4 the topics it was made for              array of (id uuid | name | partitions i32 | racks: array, empty here)
//     5 a member                                instance nullable | rack nullable | client id | client host | topics: array of string
//                                               | pattern nullable | rebalance time-out ms i32 | assignor nullable | tag 0: classic
//     6 the epoch of the target                 epoch i32
//     7 a member's part of the target           array of (topic id uuid | partitions: array of i32)
//     8 what a member holds                     epoch i32 | epoch before i32 | state i8 | assigned, to be revoked: arrays as in 7
//   value: version i16 = 0, then these in compact form, tagged fields after each structure and at the end
//   classic (tag 0): present i8 = 1 | session time-out ms i32 | protocols: array of (name | metadata bytes)

/// Writes a consumer group's records.
enum ConsumerGroupRecords {
    enum Kind: Int16, CaseIterable {
        case epoch = 3, topics, member, assignmentEpoch, target, current

        var isOfMember: Bool { self == .member || self == .target || self == .current }
    }

    private static func key(_ kind: Kind, _ group: String, _ member: String? = nil) -> [UInt8] {
        var writer = FieldWriter()
        writer.write(kind.rawValue)
        writer.write(string: group)
        if let member { writer.write(string: member) }
        return writer.bytes
    }

    private static func record(_ key: [UInt8], _ body: (inout FieldWriter) -> Void) -> GroupRecord {
        var writer = FieldWriter()
        writer.write(Int16(0))
        body(&writer)
        writer.writeEmptyTags()
        return GroupRecord(key: key, value: writer.bytes)
    }

    static func epoch(_ epoch: Int32, of group: String) -> GroupRecord {
        record(key(.epoch, group)) { $0.write(epoch) }
    }

    static func assignmentEpoch(_ epoch: Int32, of group: String) -> GroupRecord {
        record(key(.assignmentEpoch, group)) { $0.write(epoch) }
    }

    static func topics(_ topics: [String: GroupTopic], of group: String) -> GroupRecord {
        record(key(.topics, group)) { writer in
            writer.write(compactCount: topics.count)
            for topic in topics.values.sorted(by: { $0.name < $1.name }) {
                writer.write(topicID: topic.id)
                writer.write(compactString: topic.name)
                writer.write(topic.partitions)
                writer.write(compactCount: 0)
                writer.writeEmptyTags()
            }
        }
    }

    static func member(_ member: ConsumerMember, of group: String) -> GroupRecord {
        var writer = FieldWriter()
        writer.write(Int16(0))
        writer.write(compactNullableString: member.instanceID)
        writer.write(compactNullableString: member.rackID)
        writer.write(compactString: member.clientID)
        writer.write(compactString: member.clientHost)
        writer.write(compactCount: member.subscribedTopics.count)
        for topic in member.subscribedTopics { writer.write(compactString: topic) }
        writer.write(compactNullableString: member.pattern)
        writer.write(member.rebalanceTimeout)
        writer.write(compactNullableString: member.serverAssignor)
        if let classic = member.classic {
            var tagged = FieldWriter()
            tagged.write(Int8(1))
            tagged.write(classic.sessionTimeout)
            tagged.write(compactCount: classic.protocols.count)
            for item in classic.protocols {
                tagged.write(compactString: item.name)
                tagged.write(compactBytes: item.metadata)
                tagged.writeEmptyTags()
            }
            tagged.writeEmptyTags()
            writer.write(unsignedVarint: 1)
            writer.write(unsignedVarint: 0)
            writer.write(unsignedVarint: UInt32(tagged.bytes.count))
            writer.bytes += tagged.bytes
        } else {
            writer.writeEmptyTags()
        }
        return GroupRecord(key: key(.member, group, member.id), value: writer.bytes)
    }

    static func target(_ target: PartitionSets, of memberID: String, in group: String) -> GroupRecord {
        record(key(.target, group, memberID)) { write(target, &$0) }
    }

    static func current(_ member: ConsumerMember, of group: String) -> GroupRecord {
        record(key(.current, group, member.id)) { writer in
            writer.write(member.epoch)
            writer.write(member.previousEpoch)
            writer.write(member.state.rawValue)
            write(member.assigned, &writer)
            write(member.pendingRevocation, &writer)
        }
    }

    private static func write(_ sets: PartitionSets, _ writer: inout FieldWriter) {
        writer.write(compactCount: sets.count)
        for (topic, partitions) in sets.sorted(by: { $0.key < $1.key }) {
            writer.write(topicID: topic)
            writer.write(compactCount: partitions.count)
            for partition in partitions.sorted() { writer.write(partition) }
            writer.writeEmptyTags()
        }
    }

    /// A member that is gone, in the order in which Kafka writes it.
    static func tombstones(of memberID: String, in group: String) -> [GroupRecord] {
        [Kind.current, .target, .member].map { GroupRecord(key: key($0, group, memberID), value: nil) }
    }

    /// A group that is gone.
    static func tombstones(of group: ConsumerGroup) -> [GroupRecord] {
        group.memberIDs.flatMap { tombstones(of: $0, in: group.id) }
            + [Kind.assignmentEpoch, .topics, .epoch].map { GroupRecord(key: key($0, group.id), value: nil) }
    }

    /// The group as it stands.
    static func all(of group: ConsumerGroup) -> [GroupRecord] {
        let ids = group.memberIDs
        return ids.compactMap { group.members[$0].map { member($0, of: group.id) } }
            + [topics(group.topics, of: group.id), epoch(group.epoch, of: group.id)]
            + ids.compactMap { id in group.targets[id].map { target($0, of: id, in: group.id) } }
            + [assignmentEpoch(group.assignmentEpoch, of: group.id)]
            + ids.compactMap { group.members[$0].map { current($0, of: group.id) } }
    }
}
