// A record of `__consumer_offsets` (Kafka: clients' OffsetCommitKey.json, OffsetCommitValue.json).
//   key, version 1:   version i16 = 1 | group string | topic string | partition i32
//   value, version 3: version i16 = 3 | offset i64 | leader epoch i32 | metadata string | commit timestamp i64
//   older ones, read: 0 and 2 without the leader epoch, 1 as these with an expiry timestamp i64 at the end
//   version 4, read: as 3 with a compact string, and tagged fields at the end
// A null value is a tombstone: the group no longer has a position there.

/// One position of a group, as it lies in `__consumer_offsets`.
public enum OffsetRecord {
    public static func encodeKey(group: String, partition: TopicPartition) -> [UInt8] {
        var writer = FieldWriter()
        writer.write(Int16(1))
        writer.write(string: group)
        writer.write(string: partition.topic)
        writer.write(partition.partition)
        return writer.bytes
    }

    public static func encodeValue(_ position: OffsetAndMetadata, timestampMilliseconds: Int64) -> [UInt8] {
        var writer = FieldWriter()
        writer.write(Int16(3))
        writer.write(position.offset)
        writer.write(position.leaderEpoch)
        writer.write(string: position.metadata)
        writer.write(timestampMilliseconds)
        return writer.bytes
    }

    /// When a value that decodes was committed, in milliseconds since 1970: its last field.
    public static func commitMilliseconds(_ value: UnsafeRawBufferPointer) -> Int64 {
        guard value.count >= 8 else { return -1 }
        return Int64(bigEndian: value.loadUnaligned(fromByteOffset: value.count - 8, as: Int64.self))
    }

    /// Nil for a key of another kind (group metadata, version 2), which a reader of positions passes over.
    public static func decodeKey(
        _ bytes: UnsafeRawBufferPointer
    ) throws(CoordinationError) -> (group: String, partition: TopicPartition)? {
        var reader = FieldReader(bytes)
        let version = try reader.read(Int16.self)
        guard version == 0 || version == 1 else { return nil }
        let group = try reader.readString()
        let topic = try reader.readString()
        return (group, TopicPartition(topic, try reader.read(Int32.self)))
    }

    public static func decodeValue(_ bytes: UnsafeRawBufferPointer) throws(CoordinationError) -> OffsetAndMetadata {
        var reader = FieldReader(bytes)
        let version = try reader.read(Int16.self)
        guard (0...4).contains(version) else {
            throw CoordinationError("offset commit value of version \(version), expected 0 to 4")
        }
        let offset = try reader.read(Int64.self)
        let epoch = version >= 3 ? try reader.read(Int32.self) : -1
        let metadata = version >= 4 ? try reader.readCompactString() : try reader.readString()
        return OffsetAndMetadata(offset: offset, leaderEpoch: epoch, metadata: metadata)
    }
}
