import AccessControl
import Broker
import Coordination
import KafkaWire
import LogStorage

/// ListOffsets: the first and the next offset, and offsets by time.
struct ListOffsetsHandler {
    let core: ServerCore

    /// Timestamps with a meaning of their own (KIP-396, KIP-734, KIP-405, KIP-1005).
    private enum Wanted {
        static let latest: Int64 = -1
        static let earliest: Int64 = -2
        static let maximumTimestamp: Int64 = -3
        static let earliestLocal: Int64 = -4
        static let latestTiered: Int64 = -5
    }

    /// By time a log has to be searched, which may read from the disk: then not on the thread that talks to clients.
    func handle(_ exchange: Exchange<ListOffsetsRequest>) {
        let searches = exchange.request.topics.contains { $0.partitions.contains { $0.timestamp >= 0 || $0.timestamp == Wanted.maximumTimestamp } }
        if searches { exchange.work(core) { answer(exchange) } } else { answer(exchange) }
    }

    private func answer(_ exchange: Exchange<ListOffsetsRequest>) {
        exchange.answer { response in
            response.topics = exchange.request.topics.map { topic in
                ListOffsetsResponse.Topic { answer in
                    answer.name = topic.name
                    answer.partitions = topic.partitions.map { find($0, topic.name, exchange) }
                }
            }
        }
    }

    private func find(
        _ asked: ListOffsetsRequest.Partition, _ topic: String, _ exchange: Exchange<ListOffsetsRequest>
    ) -> ListOffsetsResponse.Partition {
        var answer = ListOffsetsResponse.Partition()
        answer.partitionIndex = asked.partitionIndex
        guard core.permits(exchange.client, .describe, .topic, topic) else {
            answer.errorCode = KafkaErrorCode.topicAuthorizationFailed.rawValue
            return answer
        }
        if let objection = ServerCore.objection(toLeaderEpoch: asked.currentLeaderEpoch) {
            answer.errorCode = objection.rawValue
            return answer
        }
        do {
            let log = try core.broker.partition(TopicPartition(topic, asked.partitionIndex))
            let end = exchange.request.isolationLevel == 1 ? log.lastStableOffset : log.highWatermark
            let found = try Self.find(asked.timestamp, log, end)
            answer.timestamp = found.timestamp
            answer.offset = found.offset
            answer.leaderEpoch = found.offset >= 0 ? ServerCore.leaderEpoch : -1
        } catch {
            answer.errorCode = LogFailure(error).code.rawValue
        }
        return answer
    }

    private static func find(_ timestamp: Int64, _ log: PartitionLog, _ end: Int64) throws -> (offset: Int64, timestamp: Int64) {
        switch timestamp {
        case Wanted.latest: return (end, -1)
        case Wanted.earliest: return (log.startOffset, -1)
        case Wanted.earliestLocal: return (log.localStartOffset, -1)
        case Wanted.latestTiered: return (log.latestTieredOffset ?? -1, -1)
        case Wanted.maximumTimestamp:
            guard let found = try log.latestTimestamp(), found.offset < end else { return (-1, -1) }
            return (found.offset, found.timestamp)
        default:
            guard timestamp >= 0, let found = try log.offset(forTimestamp: timestamp), found.offset < end else { return (-1, -1) }
            return (found.offset, found.timestamp)
        }
    }
}
