public import Coordination
internal import CRdkafka

extension ClusterAdmin {
    public func groups() throws -> [AdministeredGroup] {
        let action = "list groups"
        return try handle.request(RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPS, action) { options, queue in
            rd_kafka_ListConsumerGroups(handle.pointer, options, queue)
        } read: { event in
            let result = rd_kafka_event_ListConsumerGroups_result(event)
            var count = 0
            let errors = rd_kafka_ListConsumerGroups_result_errors(result, &count)
            // Each broker answers for its own groups: without one of them the list would be short.
            if count > 0 { try handle.check(errors?[0], action) }
            let listings = rd_kafka_ListConsumerGroups_result_valid(result, &count)
            return (0..<count).map { index in
                let listing = listings?[index]
                return AdministeredGroup(
                    name: String(cString: rd_kafka_ConsumerGroupListing_group_id(listing)),
                    state: Self.name(of: rd_kafka_ConsumerGroupListing_state(listing)))
            }.sorted { $0.name < $1.name }
        }
    }

    public func group(_ name: String) throws -> AdministeredGroup {
        do {
            return try described(name)
        } catch let error as ClusterError where error.code == RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND.rawValue {
            // A library older than KIP-848 asks in a way that a group of the newer protocol does not answer to: it is listed, and its members are not seen.
            guard var group = try groups().first(where: { $0.name == name }) else { throw error }
            group.assignor = "consumer protocol; members are seen with librdkafka 2.6 or newer"
            group.positions = try positions(of: name)
            return group
        }
    }

    private func described(_ name: String) throws -> AdministeredGroup {
        let action = "describe group \(name)"
        var group = try name.withCString { text in
            var names: [UnsafePointer<CChar>?] = [text]
            return try handle.request(RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS, action) { options, queue in
                rd_kafka_DescribeConsumerGroups(handle.pointer, &names, 1, options, queue)
            } read: { event in
                var count = 0
                let found = rd_kafka_DescribeConsumerGroups_result_groups(rd_kafka_event_DescribeConsumerGroups_result(event), &count)
                guard count > 0, let description = found?[0] else { throw handle.failure(RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND, action) }
                try handle.check(rd_kafka_ConsumerGroupDescription_error(description), action)
                return Self.group(description)
            }
        }
        group.positions = try positions(of: name)
        // A group that nobody ever made is described as dead.
        if group.state == "Dead", group.positions.isEmpty { throw handle.failure(RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND, action) }
        return group
    }

    private static func group(_ description: OpaquePointer) -> AdministeredGroup {
        AdministeredGroup(
            name: String(cString: rd_kafka_ConsumerGroupDescription_group_id(description)),
            state: name(of: rd_kafka_ConsumerGroupDescription_state(description)),
            assignor: rd_kafka_ConsumerGroupDescription_partition_assignor(description).map { String(cString: $0) } ?? "",
            members: (0..<rd_kafka_ConsumerGroupDescription_member_count(description)).map { index in
                let member = rd_kafka_ConsumerGroupDescription_member(description, index)
                let assignment = rd_kafka_MemberDescription_assignment(member)
                return AdministeredGroup.Member(
                    id: rd_kafka_MemberDescription_consumer_id(member).map { String(cString: $0) } ?? "",
                    clientID: rd_kafka_MemberDescription_client_id(member).map { String(cString: $0) } ?? "",
                    host: rd_kafka_MemberDescription_host(member).map { String(cString: $0) } ?? "",
                    partitions: assignment.map { PartitionList.entries(of: rd_kafka_MemberAssignment_partitions($0)).map(\.partition).sorted() } ?? [])
            }.sorted { $0.id < $1.id })
    }

    func positions(of name: String) throws -> [TopicPartition: AdministeredGroup.Position] {
        let action = "look up positions of group \(name)"
        guard let question = rd_kafka_ListConsumerGroupOffsets_new(name, nil) else { throw ClusterError(.other, "no memory to \(action)") }
        defer { rd_kafka_ListConsumerGroupOffsets_destroy(question) }
        var list: [OpaquePointer?] = [question]
        return try handle.request(RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS, action) { options, queue in
            rd_kafka_ListConsumerGroupOffsets(handle.pointer, &list, 1, options, queue)
        } read: { event in
            var count = 0
            let results = rd_kafka_ListConsumerGroupOffsets_result_groups(rd_kafka_event_ListConsumerGroupOffsets_result(event), &count)
            var positions: [TopicPartition: AdministeredGroup.Position] = [:]
            for index in 0..<count {
                try handle.check(rd_kafka_group_result_error(results?[index]), action)
                for entry in PartitionList.entries(of: rd_kafka_group_result_partitions(results?[index])) where entry.offset >= 0 {
                    try handle.check(entry.error, action)
                    positions[entry.partition] = .init(offset: entry.offset, metadata: entry.metadata)
                }
            }
            return positions
        }
    }

    public func deleteGroup(_ name: String) throws {
        let action = "delete group \(name)"
        guard let group = rd_kafka_DeleteGroup_new(name) else { throw ClusterError(.other, "no memory to \(action)") }
        defer { rd_kafka_DeleteGroup_destroy(group) }
        var list: [OpaquePointer?] = [group]
        try handle.request(RD_KAFKA_ADMIN_OP_DELETEGROUPS, action) { options, queue in
            rd_kafka_DeleteGroups(handle.pointer, &list, 1, options, queue)
        } read: { event in
            var count = 0
            let results = rd_kafka_DeleteGroups_result_groups(rd_kafka_event_DeleteGroups_result(event), &count)
            for index in 0..<count { try handle.check(rd_kafka_group_result_error(results?[index]), action) }
        }
    }

    public func setPositions(_ positions: [TopicPartition: Int64], of group: String) throws {
        guard !positions.isEmpty else { return }
        let action = "set positions of group \(group)"
        let partitions = PartitionList(positions.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
        guard let question = rd_kafka_AlterConsumerGroupOffsets_new(group, partitions.pointer) else {
            throw ClusterError(.other, "no memory to \(action)")
        }
        defer { rd_kafka_AlterConsumerGroupOffsets_destroy(question) }
        var list: [OpaquePointer?] = [question]
        try handle.request(RD_KAFKA_ADMIN_OP_ALTERCONSUMERGROUPOFFSETS, action) { options, queue in
            rd_kafka_AlterConsumerGroupOffsets(handle.pointer, &list, 1, options, queue)
        } read: { event in
            var count = 0
            let results = rd_kafka_AlterConsumerGroupOffsets_result_groups(rd_kafka_event_AlterConsumerGroupOffsets_result(event), &count)
            for index in 0..<count {
                try handle.check(rd_kafka_group_result_error(results?[index]), action)
                for entry in PartitionList.entries(of: rd_kafka_group_result_partitions(results?[index])) {
                    try handle.check(entry.error, "\(action) in \(entry.partition)")
                }
            }
        }
    }

    private static func name(of state: rd_kafka_consumer_group_state_t) -> String { String(cString: rd_kafka_consumer_group_state_name(state)) }
}
