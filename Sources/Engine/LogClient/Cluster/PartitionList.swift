internal import CRdkafka
import Glibc
internal import Coordination

/// librdkafka's list of partitions with offsets: freed when this goes.
final class PartitionList {
    let pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    init(_ partitions: some Collection<(partition: TopicPartition, offset: Int64)>) {
        pointer = rd_kafka_topic_partition_list_new(Int32(clamping: partitions.count))
        for (partition, offset) in partitions {
            rd_kafka_topic_partition_list_add(pointer, partition.topic, partition.partition)?.pointee.offset = offset
        }
    }

    /// Positions with their metadata; the list owns its copies.
    init(committing positions: [OffsetCommit]) {
        pointer = rd_kafka_topic_partition_list_new(Int32(clamping: positions.count))
        for commit in positions {
            guard let entry = rd_kafka_topic_partition_list_add(pointer, commit.partition.topic, commit.partition.partition) else { continue }
            entry.pointee.offset = commit.position.offset
            let metadata = Array(commit.position.metadata.utf8)
            guard !metadata.isEmpty, let copy = malloc(metadata.count) else { continue }
            metadata.withUnsafeBytes { copy.copyMemory(from: $0.baseAddress!, byteCount: metadata.count) }
            entry.pointee.metadata = copy
            entry.pointee.metadata_size = metadata.count
        }
    }

    deinit { rd_kafka_topic_partition_list_destroy(pointer) }

    var entries: [(partition: TopicPartition, offset: Int64, metadata: String, error: rd_kafka_resp_err_t)] { Self.entries(of: pointer) }

    /// Copies a list out that somebody else owns.
    static func entries(
        of list: UnsafePointer<rd_kafka_topic_partition_list_t>?
    ) -> [(partition: TopicPartition, offset: Int64, metadata: String, error: rd_kafka_resp_err_t)] {
        guard let list else { return [] }
        return UnsafeBufferPointer(start: list.pointee.elems, count: Int(list.pointee.cnt)).map { entry in
            let metadata = entry.metadata.map { String(decoding: UnsafeRawBufferPointer(start: $0, count: entry.metadata_size), as: UTF8.self) }
            return (TopicPartition(String(cString: entry.topic), entry.partition), entry.offset, metadata ?? "", entry.err)
        }
    }
}
