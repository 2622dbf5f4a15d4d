public import LogStorage
public import SystemIO

/// A topic as it is at one moment, with the logs of its partitions.
public struct Topic: Sendable {
    public let declaration: TopicDeclaration
    /// Names the topic for ever: a topic made again under the same name has another.
    public let identifier: UniqueIdentifier
    /// Since 1970.
    public let createdMilliseconds: Int64
    /// By number.
    public let partitions: [PartitionLog]

    public var name: String { declaration.name }
    /// Whether it is one of the broker's own.
    public var isInternal: Bool { InternalTopics.isInternal(declaration.name) }
}

/// What lookups see: every topic by name and by identifier. A value, changed under a lock that is held for a moment.
struct TopicTable: Sendable {
    private(set) var byName: [String: Topic] = [:]
    private(set) var names: [UniqueIdentifier: String] = [:]

    mutating func insert(_ topic: Topic) {
        byName[topic.name] = topic
        names[topic.identifier] = topic.name
    }

    mutating func remove(_ name: String) -> Topic? {
        guard let topic = byName.removeValue(forKey: name) else { return nil }
        names[topic.identifier] = nil
        return topic
    }

    var sorted: [Topic] { byName.values.sorted { $0.name < $1.name } }
}
