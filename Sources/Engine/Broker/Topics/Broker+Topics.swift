import Synchronization
public import Coordination
public import LogStorage
public import SystemIO

extension Broker {
    /// The topics, by name.
    public var topics: [TopicDeclaration] { topicStore.topics.map(\.declaration) }

    /// The topics with their identifiers and logs, by name.
    public var allTopics: [Topic] { topicStore.topics }

    public func topic(_ name: String) -> TopicDeclaration? { topicStore.topic(name)?.declaration }

    /// A topic by name, with its identifier and logs. Waits for nothing.
    public func lookUp(_ name: String) -> Topic? { topicStore.topic(name) }

    /// A topic by its identifier. Waits for nothing.
    public func lookUp(_ identifier: UniqueIdentifier) -> Topic? { topicStore.topic(identifier) }

    /// A partition's log. Waits for nothing.
    public func partition(_ partition: TopicPartition) throws(BrokerError) -> PartitionLog { try topicStore.partition(partition) }

    /// Makes a topic. Throws ``BrokerError/Kind/topicExists`` where it is there.
    public func createTopic(_ declaration: TopicDeclaration) throws {
        for result in try topicStore.create([declaration]) { _ = try result.get() }
    }

    /// Makes topics, each by itself or not, and writes the catalogue once. Nil for each that would be made with `validateOnly`.
    public func createTopics(_ declarations: [TopicDeclaration], validateOnly: Bool = false) throws -> [Result<Topic?, BrokerError>] {
        try topicStore.create(declarations, validateOnly: validateOnly)
    }

    /// Makes a topic where there is none, and gives one that is there the declared settings. Its number of partitions stays: an
    /// error says so where the declaration differs, because order and placement of records depend on it.
    public func declareTopic(_ declaration: TopicDeclaration) throws { try topicStore.declare(declaration) }

    /// Removes a topic, its files and the positions of groups in it; in the background what it has in the remote store.
    public func deleteTopic(_ name: String) throws {
        for result in try deleteTopics([name]) { try result.get() }
    }

    /// Removes topics, each by itself or not, and writes the catalogue once.
    public func deleteTopics(_ names: [String]) throws -> [Result<Void, BrokerError>] {
        let allowed = names.filter { !InternalTopics.isOwn($0) }
        var results = try topicStore.delete(allowed)[...]
        let answers = names.map { name -> Result<Void, BrokerError> in
            InternalTopics.isOwn(name)
                ? .failure(BrokerError(.transaction(.topicDeletionDisabled), "topic \(name) is the broker's own")) : results.removeFirst()
        }
        let gone = zip(names, answers).filter { if case .success = $0.1 { true } else { false } }.map(\.0)
        maintenance.removeDeleted(topicStore)
        if !gone.isEmpty { try positions.forget(topics: Set(gone)) }
        return answers
    }

    /// Gives a topic more partitions, `total` in all.
    public func createPartitions(_ name: String, total: Int32, validateOnly: Bool = false) throws {
        if InternalTopics.isOwn(name) { throw BrokerError(.invalidPartitions, "topic \(name) is the broker's own and has one partition") }
        try topicStore.createPartitions(name, total: total, validateOnly: validateOnly)
    }

    /// Changes single settings (IncrementalAlterConfigs); all of them or none. They hold at once.
    public func alterSettings(_ name: String, _ changes: [SettingChange], validateOnly: Bool = false) throws {
        try topicStore.alter(name, validateOnly: validateOnly) { [settings] present throws(BrokerError) in
            try TopicSettings.settings(present, after: changes, defaults: settings.topicDefaults, topic: name)
        }
    }

    /// Replaces all settings (AlterConfigs).
    public func replaceSettings(_ name: String, with replacement: [String: String], validateOnly: Bool = false) throws {
        try topicStore.alter(name, validateOnly: validateOnly) { _ in replacement }
    }

    /// Every setting of a topic (DescribeConfigs), with the value in force and where it comes from.
    public func describeSettings(_ name: String) throws(BrokerError) -> [SettingDescription] {
        guard let topic = topicStore.topic(name) else { throw TopicStore.unknownTopic(name) }
        return TopicSettings.describe(topic.declaration.settings, broker: InternalTopics.isOwn(name) ? .standard : settings)
    }
}
