internal import CRdkafka
import Coordination
import Synchronization

/// A member of a cluster's consumer group: takes part in the group, and reads nothing itself (``ClusterReader`` does).
///
/// By default with the cooperative-sticky assignor (KIP-429): partitions that stay are not interrupted. A static member (`group.instance.id`,
/// KIP-345) that comes back within the session's time gets what it had without a rebalance.
final class ClusterMember: GroupMember, @unchecked Sendable {
    // Sendable: used by one thread at a time, as GroupMember's rule has it.
    private let group: ClusterGroup
    private let topic: String
    private var hasLeft = false

    init(_ group: ClusterGroup, topic: String) {
        self.group = group
        self.topic = topic
    }

    deinit { leave() }

    func nextChange(waitingAtMost duration: Duration) throws(EngineError) -> AssignmentChange? {
        group.serve()
        var wait = duration.wholeMilliseconds
        while let event = rd_kafka_queue_poll(group.queue, wait) {
            defer { rd_kafka_event_destroy(event) }
            wait = 0
            switch rd_kafka_event_type(event) {
            case RD_KAFKA_EVENT_REBALANCE:
                if let change = try change(rd_kafka_event_error(event), event) { return change }
            case RD_KAFKA_EVENT_ERROR: try note(rd_kafka_event_error(event), rd_kafka_event_error_string(event).map { String(cString: $0) } ?? "")
            default: break
            }
        }
        return nil
    }

    private func change(_ code: rd_kafka_resp_err_t, _ event: OpaquePointer) throws(EngineError) -> AssignmentChange? {
        let numbers = PartitionList.entries(of: rd_kafka_event_topic_partition_list(event)).filter { $0.partition.topic == topic }.map(\.partition.partition)
        switch code {
        case RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS: return .assigned(numbers)
        case RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS:
            return rd_kafka_assignment_lost(group.handle.pointer) != 0 ? .lost(numbers) : .revoked(numbers)
        default:
            rd_kafka_assign(group.handle.pointer, nil)
            throw EngineError(translating: group.failure(code, "take part in group \(group.name)"))
        }
    }

    /// The library is told that nothing is read through this handle; what belongs to the member is the coordinator's knowledge, and the runtime's.
    func confirm(_ change: AssignmentChange) throws(EngineError) {
        let nothing = PartitionList([])
        let pointer = group.handle.pointer
        let isCooperative = rd_kafka_rebalance_protocol(pointer).map { String(cString: $0) } == "COOPERATIVE"
        guard isCooperative else {
            if case .assigned = change { rd_kafka_assign(pointer, nothing.pointer) } else { rd_kafka_assign(pointer, nil) }
            return
        }
        let error: OpaquePointer?
        if case .assigned = change {
            error = rd_kafka_incremental_assign(pointer, nothing.pointer)
        } else {
            error = rd_kafka_incremental_unassign(pointer, nothing.pointer)
        }
        guard let error else { return }
        defer { rd_kafka_error_destroy(error) }
        throw EngineError(.inputOutput, "group \(group.name): " + String(cString: rd_kafka_error_string(error)))
    }

    private func note(_ code: rd_kafka_resp_err_t, _ words: String) throws(EngineError) {
        switch code {
        case RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, RD_KAFKA_RESP_ERR__FATAL:
            throw EngineError(
                .replaced, "group \(group.name): \(words); another process runs with the same instance id: give each its own")
        case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
            throw EngineError(translating: group.failure(code, "take part in group \(group.name)", detail: words))
        default: break
        }
    }

    func leave() {
        guard !hasLeft else { return }
        hasLeft = true
        // Closing asks once more to give back what the member has: nothing is read here, so that can be said at once.
        let closing = rd_kafka_consumer_close_queue(group.handle.pointer, group.queue)
        if let closing { rd_kafka_error_destroy(closing) }
        let deadline = ContinuousClock.now + .seconds(5)
        while rd_kafka_consumer_closed(group.handle.pointer) == 0, ContinuousClock.now < deadline {
            guard let event = rd_kafka_queue_poll(group.queue, 100) else { continue }
            if rd_kafka_event_type(event) == RD_KAFKA_EVENT_REBALANCE {
                try? confirm(rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS ? .assigned([]) : .revoked([]))
            }
            rd_kafka_event_destroy(event)
        }
    }
}
