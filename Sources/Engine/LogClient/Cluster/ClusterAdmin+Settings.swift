internal import CRdkafka

extension ClusterAdmin {
    public func settings(of resource: SettingResource) throws -> [AdministeredSetting] {
        try described(resource).map(\.setting)
    }

    /// `isDynamic`: set for the resource itself, while it runs; what a change must send again.
    private func described(_ resource: SettingResource) throws -> [(setting: AdministeredSetting, isDynamic: Bool)] {
        let action = "describe settings of \(resource)"
        let made = try make(resource, action)
        defer { rd_kafka_ConfigResource_destroy(made) }
        var list: [OpaquePointer?] = [made]
        return try handle.request(RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, action) { options, queue in
            rd_kafka_DescribeConfigs(handle.pointer, &list, 1, options, queue)
        } read: { event in
            var count = 0
            let found = rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event), &count)
            guard count > 0, let first = found?[0] else { return [] }
            try check(first, action)
            var size = 0
            let entries = rd_kafka_ConfigResource_configs(first, &size)
            return (0..<size).map { index in
                let entry = entries?[index]
                let source = rd_kafka_ConfigEntry_source(entry)
                // What a broker was started with is its own setting, and no topic's.
                let isDynamic: Bool
                let isStatic: Bool
                switch resource {
                case .topic: (isDynamic, isStatic) = (source == RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG, false)
                case .broker:
                    isDynamic = source == RD_KAFKA_CONFIG_SOURCE_DYNAMIC_BROKER_CONFIG
                    isStatic = source == RD_KAFKA_CONFIG_SOURCE_STATIC_BROKER_CONFIG
                }
                let setting = AdministeredSetting(
                    name: String(cString: rd_kafka_ConfigEntry_name(entry)),
                    value: rd_kafka_ConfigEntry_is_sensitive(entry) != 0 ? nil : rd_kafka_ConfigEntry_value(entry).map { String(cString: $0) },
                    isOverridden: isDynamic || isStatic,
                    isReadOnly: rd_kafka_ConfigEntry_is_read_only(entry) != 0)
                return (setting, isDynamic)
            }.sorted { $0.0.name < $1.0.name }
        }
    }

    /// The library knows only the request that replaces all settings of a resource: those in force are read and sent along.
    public func alterSettings(of resource: SettingResource, set: [String: String], delete: Set<String>) throws {
        let action = "change settings of \(resource)"
        var values = set
        for (setting, isDynamic) in try described(resource) where isDynamic && values[setting.name] == nil && !delete.contains(setting.name) {
            guard let value = setting.value else {
                throw ClusterError(
                    .refused, "cannot \(action) on \(handle.brokers): its setting \(setting.name) is secret and would be lost; "
                        + "set it again in the same command")
            }
            values[setting.name] = value
        }
        let made = try make(resource, action)
        defer { rd_kafka_ConfigResource_destroy(made) }
        for (key, value) in values.sorted(by: { $0.key < $1.key }) { try handle.check(rd_kafka_ConfigResource_set_config(made, key, value), action) }
        var list: [OpaquePointer?] = [made]
        try handle.request(RD_KAFKA_ADMIN_OP_ALTERCONFIGS, action) { options, queue in
            rd_kafka_AlterConfigs(handle.pointer, &list, 1, options, queue)
        } read: { event in
            var count = 0
            let results = rd_kafka_AlterConfigs_result_resources(rd_kafka_event_AlterConfigs_result(event), &count)
            if count > 0, let first = results?[0] { try check(first, action) }
        }
    }

    private func make(_ resource: SettingResource, _ action: String) throws -> OpaquePointer {
        let made =
            switch resource {
            case .topic(let name): rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, name)
            case .broker(let id): rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_BROKER, id)
            }
        guard let made else { throw ClusterError(.invalidRequest, "cannot \(action): no name is given") }
        return made
    }

    private func check(_ resource: OpaquePointer, _ action: String) throws {
        let code = rd_kafka_ConfigResource_error(resource)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw handle.failure(code, action, detail: rd_kafka_ConfigResource_error_string(resource).map { String(cString: $0) })
        }
    }
}
