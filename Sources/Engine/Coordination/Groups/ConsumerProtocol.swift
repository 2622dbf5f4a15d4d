// What consumers write into a classic group's metadata and assignments (Kafka: ConsumerProtocolSubscription.json,
// ConsumerProtocolAssignment.json; big endian, never flexible). A newer version is read as the newest known: fields are only
// added at the end.
//   subscription: version i16 | topics: array of string | user data: nullable bytes
//                 | from 1: owned partitions: array of (topic string, partitions: array of i32)
//                 | from 2: generation i32 | from 3: rack nullable string
//   assignment:   version i16 | partitions: array of (topic string, partitions: array of i32) | user data: nullable bytes
// array: i32 count · bytes: i32 length · nullable: length -1

/// The protocol that consumers speak inside a classic group.
enum ConsumerProtocol {
    static let type = "consumer"

    /// What a member wants, and what it holds.
    struct Subscription: Hashable, Sendable {
        var version: Int16 = 0
        var topics: [String] = []
        var owned: [TopicPartition] = []
        var generation: Int32 = -1
        var rack: String?

        /// Nil where the bytes are not a subscription.
        init?(_ bytes: [UInt8]) {
            do { self = try bytes.withUnsafeBytes { buffer throws(CoordinationError) in try Self.read(buffer) } } catch { return nil }
        }

        private init() {}

        private static func read(_ bytes: UnsafeRawBufferPointer) throws(CoordinationError) -> Subscription {
            var reader = FieldReader(bytes)
            var result = Subscription()
            result.version = try reader.read(Int16.self)
            guard result.version >= 0 else { throw CoordinationError("subscription of version \(result.version)") }
            for _ in 0..<(try reader.readCount(minimumBytes: 2)) { result.topics.append(try reader.readString()) }
            _ = try reader.readNullableBytes()
            if result.version >= 1 { result.owned = try readPartitions(&reader) }
            if result.version >= 2 { result.generation = try reader.read(Int32.self) }
            if result.version >= 3 { result.rack = try reader.readNullableString() }
            return result
        }
    }

    static func readPartitions(_ reader: inout FieldReader) throws(CoordinationError) -> [TopicPartition] {
        var partitions: [TopicPartition] = []
        for _ in 0..<(try reader.readCount(minimumBytes: 6)) {
            let topic = try reader.readString()
            for _ in 0..<(try reader.readCount(minimumBytes: 4)) {
                partitions.append(TopicPartition(topic, try reader.read(Int32.self)))
            }
        }
        return partitions
    }

    /// An assignment as a leader would write it.
    static func encodeAssignment(_ partitions: [String: [Int32]], version: Int16) -> [UInt8] {
        var writer = FieldWriter()
        writer.write(min(max(0, version), 3))
        writer.write(Int32(partitions.count))
        for (topic, numbers) in partitions.sorted(by: { $0.key < $1.key }) {
            writer.write(string: topic)
            writer.write(Int32(numbers.count))
            for number in numbers { writer.write(number) }
        }
        writer.write(Int32(-1))
        return writer.bytes
    }

    /// Nil where the bytes are not an assignment.
    static func decodeAssignment(_ bytes: [UInt8]) -> [TopicPartition]? {
        try? bytes.withUnsafeBytes { buffer throws(CoordinationError) in
            var reader = FieldReader(buffer)
            _ = try reader.read(Int16.self)
            return try readPartitions(&reader)
        }
    }
}
