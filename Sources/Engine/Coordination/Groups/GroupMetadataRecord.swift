// A classic group's record in `__consumer_offsets` (Kafka: GroupMetadataKey.json, GroupMetadataValue.json).
//   key, version 2: version i16 = 2 | group string
//   value: version i16 (0–4, written: 3) | protocol type string | generation i32 | protocol nullable string
//          | leader nullable string | from 2: when the state was entered, ms since 1970 i64 | members: array of
//          (member string | from 3: instance nullable string | client id string | client host string
//           | from 1: rebalance time-out ms i32 | session time-out ms i32 | subscription bytes | assignment bytes)
// Version 4 has the same fields in compact form, with tagged fields after each member and at the end.

/// Writes and reads a classic group.
enum GroupMetadataRecord {
    static let keyVersion: Int16 = 2

    static func key(_ group: String) -> [UInt8] {
        var writer = FieldWriter()
        writer.write(keyVersion)
        writer.write(string: group)
        return writer.bytes
    }

    static func tombstone(_ group: String) -> GroupRecord { GroupRecord(key: key(group), value: nil) }

    /// The group as it stands. One in the middle of a rebalance is written without members: they come back anew, and no
    /// assignment that was given up can be taken for one that holds.
    static func record(of group: ClassicGroup) -> GroupRecord {
        var writer = FieldWriter()
        writer.write(Int16(3))
        writer.write(string: group.protocolType ?? "")
        writer.write(group.generation)
        let isStable = group.state == .stable
        writer.write(nullableString: isStable ? group.protocolName : nil)
        writer.write(nullableString: isStable ? group.leader : nil)
        writer.write(group.stateSince)
        let members = isStable ? group.membersInOrder : []
        writer.write(Int32(members.count))
        for member in members {
            writer.write(string: member.id)
            writer.write(nullableString: member.instanceID)
            writer.write(string: member.clientID)
            writer.write(string: member.clientHost)
            writer.write(member.rebalanceTimeout)
            writer.write(member.sessionTimeout)
            writer.write(longBytes: member.metadata(under: group.protocolName))
            writer.write(longBytes: member.assignment)
        }
        return GroupRecord(key: key(group.id), value: writer.bytes)
    }

    /// A stable group, or an empty one where it has no members. Sessions begin with ``ClassicGroup/renewSession(_:_:)``.
    static func decode(_ id: String, _ bytes: UnsafeRawBufferPointer) throws(CoordinationError) -> ClassicGroup {
        var reader = FieldReader(bytes)
        let version = try reader.read(Int16.self)
        guard (0...4).contains(version) else {
            throw CoordinationError("metadata of group \(id) of version \(version), expected 0 to 4")
        }
        let isCompact = version == 4
        var group = ClassicGroup(id: id, now: -1)
        let type = isCompact ? try reader.readCompactString() : try reader.readString()
        group.protocolType = type.isEmpty ? nil : type
        group.generation = try reader.read(Int32.self)
        group.protocolName = isCompact ? try reader.readCompactNullableString() : try reader.readNullableString()
        let leader = isCompact ? try reader.readCompactNullableString() : try reader.readNullableString()
        group.stateSince = version >= 2 ? try reader.read(Int64.self) : -1
        let count = isCompact ? try reader.readCompactCount(minimumBytes: 9) : try reader.readCount(minimumBytes: 18)
        for _ in 0..<count { group.add(try decodeMember(&reader, version, group.protocolName)) }
        group.leader = leader ?? group.leader
        if count > 0 {
            group.state = .stable
            if group.leader.map({ group.members[$0] == nil }) ?? true { group.leader = group.membersInOrder.first?.id }
        }
        group.subscribedTopics = group.computeSubscribedTopics()
        return group
    }

    private static func decodeMember(
        _ reader: inout FieldReader, _ version: Int16, _ protocolName: String?
    ) throws(CoordinationError) -> ClassicMember {
        let isCompact = version == 4
        func string(_ reader: inout FieldReader) throws(CoordinationError) -> String {
            isCompact ? try reader.readCompactString() : try reader.readString()
        }
        func bytes(_ reader: inout FieldReader) throws(CoordinationError) -> [UInt8] {
            isCompact ? try reader.readCompactBytes() : try reader.readNullableBytes() ?? []
        }
        let id = try string(&reader)
        var instance: String?
        if version >= 3 { instance = isCompact ? try reader.readCompactNullableString() : try reader.readNullableString() }
        let clientID = try string(&reader)
        let clientHost = try string(&reader)
        let rebalance = version >= 1 ? try reader.read(Int32.self) : -1
        let session = try reader.read(Int32.self)
        let subscription = try bytes(&reader)
        var member = ClassicMember(
            id: id, instanceID: instance, clientID: clientID, clientHost: clientHost,
            rebalanceTimeout: rebalance < 0 ? session : rebalance, sessionTimeout: session,
            protocols: protocolName.map { [GroupProtocol(name: $0, metadata: subscription)] } ?? [])
        member.assignment = try bytes(&reader)
        if isCompact { _ = try reader.readTags() }
        return member
    }
}
