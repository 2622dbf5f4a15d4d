public import AccessControl
internal import CRdkafka

// Kafka's numbers are the library's, but the library (2.0.2) knows fewer: no transactional ids, tokens or users among resources, and it
// calls the cluster "broker".

extension ClusterAdmin {
    public func accessRules(_ filter: AclFilter) throws -> [AclBinding] {
        let action = "list access rules"
        let made = try make(filter, action)
        defer { rd_kafka_AclBinding_destroy(made) }
        return try handle.request(RD_KAFKA_ADMIN_OP_DESCRIBEACLS, action) { options, queue in
            rd_kafka_DescribeAcls(handle.pointer, made, options, queue)
        } read: { event in
            var count = 0
            let found = rd_kafka_DescribeAcls_result_acls(rd_kafka_event_DescribeAcls_result(event), &count)
            return (0..<count).compactMap { index in found?[index].flatMap(Self.binding) }
        }
    }

    public func addAccessRules(_ rules: [AclBinding]) throws {
        let action = "add access rules"
        var made: [OpaquePointer?] = []
        defer { for rule in made { rd_kafka_AclBinding_destroy(rule) } }
        for rule in rules {
            var text = [CChar](repeating: 0, count: 256)
            let one = rd_kafka_AclBinding_new(
                rd_kafka_ResourceType_t(UInt32(rule.resource.type.rawValue)), rule.resource.name,
                rd_kafka_ResourcePatternType_t(UInt32(rule.resource.patternType.rawValue)), rule.principal, rule.host,
                rd_kafka_AclOperation_t(UInt32(rule.operation.rawValue)), rd_kafka_AclPermissionType_t(UInt32(rule.permission.rawValue)), &text,
                text.count)
            guard let one else { throw unknown("\(rule)", text) }
            made.append(one)
        }
        try handle.request(RD_KAFKA_ADMIN_OP_CREATEACLS, action) { options, queue in
            rd_kafka_CreateAcls(handle.pointer, &made, made.count, options, queue)
        } read: { event in
            var count = 0
            let results = rd_kafka_CreateAcls_result_acls(rd_kafka_event_CreateAcls_result(event), &count)
            for index in 0..<min(count, rules.count) { try handle.check(rd_kafka_acl_result_error(results?[index]), "add rule \(rules[index])") }
        }
    }

    public func removeAccessRules(_ filter: AclFilter) throws -> [AclBinding] {
        let action = "remove access rules"
        let made = try make(filter, action)
        defer { rd_kafka_AclBinding_destroy(made) }
        var list: [OpaquePointer?] = [made]
        return try handle.request(RD_KAFKA_ADMIN_OP_DELETEACLS, action) { options, queue in
            rd_kafka_DeleteAcls(handle.pointer, &list, 1, options, queue)
        } read: { event in
            var count = 0
            let responses = rd_kafka_DeleteAcls_result_responses(rd_kafka_event_DeleteAcls_result(event), &count)
            var removed: [AclBinding] = []
            for index in 0..<count {
                try handle.check(rd_kafka_DeleteAcls_result_response_error(responses?[index]), action)
                var size = 0
                let found = rd_kafka_DeleteAcls_result_response_matching_acls(responses?[index], &size)
                removed += (0..<size).compactMap { found?[$0].flatMap(Self.binding) }
            }
            return removed
        }
    }

    private func make(_ filter: AclFilter, _ action: String) throws -> OpaquePointer {
        let pattern: UInt32 =
            switch filter.pattern {
            case .any: 1
            case .match: 2
            case .exactly(let type): UInt32(type.rawValue)
            }
        var text = [CChar](repeating: 0, count: 256)
        let made = rd_kafka_AclBindingFilter_new(
            rd_kafka_ResourceType_t(filter.resourceType.map { UInt32($0.rawValue) } ?? 1), filter.resourceName,
            rd_kafka_ResourcePatternType_t(pattern), filter.principal, filter.host,
            rd_kafka_AclOperation_t(filter.operation.map { UInt32($0.rawValue) } ?? 1),
            rd_kafka_AclPermissionType_t(filter.permission.map { UInt32($0.rawValue) } ?? 1), &text, text.count)
        guard let made else { throw unknown(action, text) }
        return made
    }

    private func unknown(_ what: String, _ text: [CChar]) -> ClusterError {
        ClusterError(
            .invalidRequest, "\(what): the client library does not take this (\(Self.string(text))); it knows rules for topics, groups and the "
                + "cluster, other ones need Kafka's own kafka-acls, or --data for a data folder")
    }

    /// `nil` for a rule with a type that this program does not know.
    private static func binding(_ rule: OpaquePointer) -> AclBinding? {
        try? AclBinding(
            resourceType: Int8(truncatingIfNeeded: rd_kafka_AclBinding_restype(rule).rawValue),
            resourceName: String(cString: rd_kafka_AclBinding_name(rule)),
            patternType: Int8(truncatingIfNeeded: rd_kafka_AclBinding_resource_pattern_type(rule).rawValue),
            principal: String(cString: rd_kafka_AclBinding_principal(rule)), host: String(cString: rd_kafka_AclBinding_host(rule)),
            operation: Int8(truncatingIfNeeded: rd_kafka_AclBinding_operation(rule).rawValue),
            permission: Int8(truncatingIfNeeded: rd_kafka_AclBinding_permission_type(rule).rawValue))
    }
}
