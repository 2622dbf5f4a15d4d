extension ConsumerGroupRecords {
    /// Takes one record into the group. The bytes of the key after the group's name are read from `reader`. False: the group
    /// itself is gone.
    static func replay(
        _ kind: Kind, _ key: inout FieldReader, _ value: UnsafeRawBufferPointer?, into group: inout ConsumerGroup
    ) throws(CoordinationError) -> Bool {
        let memberID = kind.isOfMember ? try key.readString() : ""
        guard let value else {
            switch kind {
            case .epoch: return false
            case .topics: group.topics = [:]
            case .assignmentEpoch: group.assignmentEpoch = 0
            case .member: group.remove(memberID)
            case .target: group.targets[memberID] = nil
            case .current: forgetCurrent(of: memberID, in: &group)
            }
            return true
        }
        var reader = FieldReader(value)
        let version = try reader.read(Int16.self)
        guard version == 0 else { throw CoordinationError("record \(kind) of group \(group.id) of version \(version), expected 0") }
        switch kind {
        case .epoch: group.epoch = try reader.read(Int32.self)
        case .assignmentEpoch: group.assignmentEpoch = try reader.read(Int32.self)
        case .topics: group.topics = try readTopics(&reader)
        case .member: group.set(try readMember(group.members[memberID] ?? ConsumerMember(id: memberID), &reader))
        case .target: group.targets[memberID] = try readSets(&reader)
        case .current: group.set(try readCurrent(group.members[memberID] ?? ConsumerMember(id: memberID), &reader))
        }
        return true
    }

    private static func forgetCurrent(of memberID: String, in group: inout ConsumerGroup) {
        guard var member = group.members[memberID] else { return }
        member.epoch = 0
        member.previousEpoch = 0
        member.state = .stable
        member.assigned = [:]
        member.pendingRevocation = [:]
        group.set(member)
    }

    private static func readTopics(_ reader: inout FieldReader) throws(CoordinationError) -> [String: GroupTopic] {
        var topics: [String: GroupTopic] = [:]
        for _ in 0..<(try reader.readCompactCount(minimumBytes: 23)) {
            let id = try reader.readTopicID()
            let name = try reader.readCompactString()
            let partitions = try reader.read(Int32.self)
            // The racks that older brokers wrote.
            for _ in 0..<(try reader.readCompactCount(minimumBytes: 6)) {
                _ = try reader.read(Int32.self)
                for _ in 0..<(try reader.readCompactCount(minimumBytes: 1)) { _ = try reader.readCompactString() }
                _ = try reader.readTags()
            }
            _ = try reader.readTags()
            topics[name] = GroupTopic(name: name, id: id, partitions: partitions)
        }
        return topics
    }

    private static func readMember(
        _ member: ConsumerMember, _ reader: inout FieldReader
    ) throws(CoordinationError) -> ConsumerMember {
        var member = member
        member.instanceID = try reader.readCompactNullableString()
        member.rackID = try reader.readCompactNullableString()
        member.clientID = try reader.readCompactString()
        member.clientHost = try reader.readCompactString()
        member.subscribedTopics = []
        for _ in 0..<(try reader.readCompactCount(minimumBytes: 1)) {
            member.subscribedTopics.append(try reader.readCompactString())
        }
        member.pattern = try reader.readCompactNullableString()
        member.rebalanceTimeout = max(0, try reader.read(Int32.self))
        member.serverAssignor = try reader.readCompactNullableString()
        member.classic = nil
        guard let tagged = try reader.readTags(known: 0) else { return member }
        // `withUnsafeBytes` passes no typed errors on.
        let classic = tagged.withUnsafeBytes { buffer in Result { () throws(CoordinationError) in try readClassic(buffer) } }
        member.classic = try classic.get()
        return member
    }

    private static func readClassic(_ bytes: UnsafeRawBufferPointer) throws(CoordinationError) -> ConsumerMember.Classic? {
        var reader = FieldReader(bytes)
        guard try reader.read(Int8.self) == 1 else { return nil }
        var classic = ConsumerMember.Classic(sessionTimeout: try reader.read(Int32.self), protocols: [])
        for _ in 0..<(try reader.readCompactCount(minimumBytes: 3)) {
            let name = try reader.readCompactString()
            classic.protocols.append(GroupProtocol(name: name, metadata: try reader.readCompactBytes()))
            _ = try reader.readTags()
        }
        return classic
    }

    private static func readCurrent(
        _ member: ConsumerMember, _ reader: inout FieldReader
    ) throws(CoordinationError) -> ConsumerMember {
        var member = member
        member.epoch = try reader.read(Int32.self)
        member.previousEpoch = try reader.read(Int32.self)
        let state = try reader.read(Int8.self)
        guard let known = ConsumerMemberState(rawValue: state) else {
            throw CoordinationError("member \(member.id) has the unknown state \(state)")
        }
        member.state = known
        member.assigned = try readSets(&reader)
        member.pendingRevocation = try readSets(&reader)
        return member
    }

    private static func readSets(_ reader: inout FieldReader) throws(CoordinationError) -> PartitionSets {
        var sets: PartitionSets = [:]
        for _ in 0..<(try reader.readCompactCount(minimumBytes: 18)) {
            let topic = try reader.readTopicID()
            var partitions: Set<Int32> = []
            for _ in 0..<(try reader.readCompactCount(minimumBytes: 4)) { partitions.insert(try reader.read(Int32.self)) }
            _ = try reader.readTags()
            sets[topic] = partitions
        }
        return sets.withoutEmpty
    }
}
