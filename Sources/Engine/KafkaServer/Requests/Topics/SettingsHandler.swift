import AccessControl
import Broker
import Coordination
import KafkaWire

/// Settings of topics and of the broker (KIP-226): described and changed.
struct SettingsHandler {
    let core: ServerCore

    /// Kinds of resources, as the protocol numbers them.
    enum Resource {
        static let topic: Int8 = 2
        static let broker: Int8 = 4
        static let brokerLogger: Int8 = 8
        static let clientMetrics: Int8 = 16
        static let group: Int8 = 32
    }

    // MARK: Describe

    func describe(_ exchange: Exchange<DescribeConfigsRequest>) {
        exchange.answer { response in
            response.results = exchange.request.resources.map { resource in
                DescribeConfigsResponse.Result { result in
                    result.resourceType = resource.resourceType
                    result.resourceName = resource.resourceName
                    do throws(BrokerError) {
                        let settings = try settings(resource, exchange.client)
                        let wanted = resource.configurationKeys.map(Set.init)
                        result.configs = settings.filter { wanted?.contains($0.name) ?? true }.map { entry($0, exchange) }
                    } catch {
                        result.errorCode = error.code.rawValue
                        result.errorMessage = error.description
                    }
                }
            }
        }
    }

    private func settings(
        _ resource: DescribeConfigsRequest.Resource, _ client: ClientIdentity
    ) throws(BrokerError) -> [SettingDescription] {
        switch resource.resourceType {
        case Resource.topic:
            guard core.permits(client, .describeConfigs, .topic, resource.resourceName) else {
                throw BrokerError(.refused(.topicAuthorizationFailed), "topic \(resource.resourceName): not for this client")
            }
            guard TopicDeclaration.isValidName(resource.resourceName) else {
                throw BrokerError(.invalidTopicName, "\"\(resource.resourceName)\" is no name of a topic")
            }
            guard core.broker.lookUp(resource.resourceName) != nil else {
                throw BrokerError(.unknownTopic, "there is no topic \(resource.resourceName)")
            }
            return try core.broker.describeSettings(resource.resourceName)
        case Resource.broker, Resource.brokerLogger:
            try checkBroker(resource.resourceName, client, .describeConfigs)
            guard resource.resourceType == Resource.broker else { return [] }
            // Without a name: what was set for every broker, and nothing else.
            return resource.resourceName.isEmpty ? core.broker.settings.describe(.cluster) : core.broker.settings.describe()
        case Resource.group, Resource.clientMetrics: return []
        default: throw BrokerError(.invalidRequest, "resources of type \(resource.resourceType) have no settings here")
        }
    }

    private func checkBroker(_ name: String, _ client: ClientIdentity, _ operation: AclOperation) throws(BrokerError) {
        guard core.permits(client, operation, .cluster, "kafka-cluster") else {
            throw BrokerError(.refused(.clusterAuthorizationFailed), "the broker's settings are not for this client")
        }
        guard name.isEmpty || name == "\(ServerCore.nodeID)" else {
            throw BrokerError(.invalidRequest, "there is no broker \(name); this one is \(ServerCore.nodeID)")
        }
    }

    private func entry(_ setting: SettingDescription, _ exchange: Exchange<DescribeConfigsRequest>) -> DescribeConfigsResponse.Entry {
        DescribeConfigsResponse.Entry { entry in
            entry.name = setting.name
            entry.value = setting.isSensitive ? nil : setting.value
            entry.readOnly = setting.isReadOnly
            entry.configSource = setting.source.rawValue
            entry.isSensitive = setting.isSensitive
            entry.configType = setting.type.rawValue
            if exchange.request.includeDocumentation { entry.documentation = setting.documentation }
            guard exchange.request.includeSynonyms else { return }
            entry.synonyms = setting.synonyms.map { synonym in
                DescribeConfigsResponse.Synonym {
                    $0.name = synonym.name
                    $0.value = setting.isSensitive ? nil : synonym.value
                    $0.source = synonym.source.rawValue
                }
            }
        }
    }

    // MARK: Alter

    /// AlterConfigs: the topic, or what is changed of the broker, has exactly these settings afterwards.
    func replace(_ exchange: Exchange<AlterConfigsRequest>) {
        exchange.work(core) {
            exchange.answer { response in
                response.responses = exchange.request.resources.map { resource in
                    AlterConfigsResponse.Resource { answer in
                        answer.resourceType = resource.resourceType
                        answer.resourceName = resource.resourceName
                        (answer.errorCode, answer.errorMessage) = change(
                            resource.resourceType, resource.resourceName, exchange.client
                        ) { scope in
                            let settings = try Self.settings(resource.configs)
                            let validateOnly = exchange.request.validateOnly
                            guard let scope else {
                                return try core.broker.replaceSettings(resource.resourceName, with: settings, validateOnly: validateOnly)
                            }
                            try core.broker.replaceBrokerSettings(scope, with: settings, validateOnly: validateOnly)
                        }
                    }
                }
            }
        }
    }

    /// IncrementalAlterConfigs: each named setting is changed, the others stay (KIP-339).
    func alter(_ exchange: Exchange<IncrementalAlterConfigsRequest>) {
        exchange.work(core) {
            exchange.answer { response in
                response.responses = exchange.request.resources.map { resource in
                    IncrementalAlterConfigsResponse.Resource { answer in
                        answer.resourceType = resource.resourceType
                        answer.resourceName = resource.resourceName
                        var changes: [SettingChange] = []
                        for config in resource.configs {
                            switch config.configOperation {
                            case 0 where config.value != nil: changes.append(SettingChange(config.name, .set(config.value ?? "")))
                            case 1: changes.append(SettingChange(config.name, .delete))
                            case 2: changes.append(SettingChange(config.name, .append(config.value ?? "")))
                            case 3: changes.append(SettingChange(config.name, .subtract(config.value ?? "")))
                            default:
                                answer.errorCode = KafkaErrorCode.invalidRequest.rawValue
                                answer.errorMessage = "setting \(config.name): operation \(config.configOperation) is unknown, or has no value"
                                return
                            }
                        }
                        (answer.errorCode, answer.errorMessage) = change(
                            resource.resourceType, resource.resourceName, exchange.client
                        ) { scope in
                            let validateOnly = exchange.request.validateOnly
                            guard let scope else {
                                return try core.broker.alterSettings(resource.resourceName, changes, validateOnly: validateOnly)
                            }
                            try core.broker.alterBrokerSettings(scope, changes, validateOnly: validateOnly)
                        }
                    }
                }
            }
        }
    }

    /// `body` is told which of the broker's settings are meant, or nil for a topic's.
    private func change(
        _ type: Int8, _ name: String, _ client: ClientIdentity, _ body: (BrokerSettings.Scope?) throws -> Void
    ) -> (Int16, String?) {
        do {
            switch type {
            case Resource.topic:
                guard core.permits(client, .alterConfigs, .topic, name) else {
                    throw BrokerError(.refused(.topicAuthorizationFailed), "topic \(name): not for this client")
                }
                try body(nil)
                core.noteChange(client, "alter settings", name)
            case Resource.broker:
                try checkBroker(name, client, .alterConfigs)
                try body(name.isEmpty ? .cluster : .broker)
                core.noteChange(client, "alter settings of the broker", name)
            default: throw BrokerError(.invalidRequest, "resources of type \(type) have no settings that could be changed here")
            }
            core.housekeeper.noteTopics()
            return (KafkaErrorCode.none.rawValue, nil)
        } catch {
            let failure = LogFailure(error)
            return (failure.code.rawValue, failure.message)
        }
    }

    private static func settings(_ configs: [AlterConfigsRequest.Config]) throws(BrokerError) -> [String: String] {
        var settings: [String: String] = [:]
        for config in configs {
            guard let value = config.value else { throw BrokerError(.invalidSetting, "setting \(config.name) has no value") }
            settings[config.name] = value
        }
        return settings
    }

    // MARK: List

    func list(_ exchange: Exchange<ListConfigResourcesRequest>) {
        let types = exchange.request.resourceTypes
        func wants(_ type: Int8) -> Bool { exchange.version == 0 ? type == Resource.clientMetrics : types.isEmpty || types.contains(type) }
        guard core.permits(exchange.client, .describeConfigs, .cluster, "kafka-cluster") else {
            return exchange.answer { $0.errorCode = KafkaErrorCode.clusterAuthorizationFailed.rawValue }
        }
        exchange.answer { response in
            func add(_ type: Int8, _ name: String) {
                response.configResources.append(ListConfigResourcesResponse.ConfigResource { $0.resourceType = type; $0.resourceName = name })
            }
            if wants(Resource.topic) { for topic in core.broker.allTopics { add(Resource.topic, topic.name) } }
            if wants(Resource.broker) { add(Resource.broker, "\(ServerCore.nodeID)") }
        }
    }
}
