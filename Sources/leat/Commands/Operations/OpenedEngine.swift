import Broker
import Coordination
import Foundation
import LogClient
import Pipeline
import Records
import Streams

/// A log that a command has opened: its records, its topics and groups; to be closed at the command's end. One thread.
final class OpenedEngine {
    let engine: any LogEngine
    /// Topics made and removed, times found.
    let topics: any TopicKeeping
    /// For looking at groups.
    let administration: any LogAdministration
    private let end: () throws -> Void

    /// Owns a data folder.
    init(broker: Broker) {
        engine = EmbeddedEngine(broker: broker)
        administration = FolderAdministration(broker.folder)
        topics = BrokerTopics(broker, administration)
        end = { try broker.close() }
    }

    /// Looks at a data folder.
    init(looking folder: String) throws {
        engine = try SharedEngine(folder: folder)
        administration = FolderAdministration(folder)
        topics = AdministeredTopics(administration)
        end = {}
    }

    /// Works on a cluster, which has no owner.
    init(cluster configuration: ClusterConfiguration) throws {
        do {
            engine = try ClusterEngine(configuration, compression: { _ in .zstd })
        } catch {
            throw CommandFailure("\(error)")
        }
        administration = try ClusterAdmin(configuration)
        topics = AdministeredTopics(administration)
        end = {}
    }

    func close() throws {
        administration.close()
        try end()
    }

    /// Closes also where the body throws.
    func use<Result>(_ body: (OpenedEngine) throws -> Result) throws -> Result {
        let result: Result
        do {
            result = try body(self)
        } catch {
            try? close()
            throw error
        }
        try close()
        return result
    }
}

/// Topics and groups of a data folder that this process owns.
private final class BrokerTopics: TopicKeeping {
    private let broker: Broker
    private let reading: any LogAdministration

    init(_ broker: Broker, _ reading: any LogAdministration) {
        self.broker = broker
        self.reading = reading
    }

    func describe(_ topic: String) throws -> (partitions: Int32, settings: [String: String])? {
        broker.topic(topic).map { ($0.partitions, $0.settings) }
    }

    func make(_ topic: String, partitions: Int32, settings: [String: String]) throws {
        try broker.createTopic(TopicDeclaration(name: topic, partitions: partitions, settings: settings))
    }

    func remove(topic: String) throws { try broker.deleteTopic(topic) }

    func remove(group: String) throws { if broker.groups[group] != nil { try broker.deleteGroup(group) } }

    func offsets(of partitions: [TopicPartition], atOrAfter milliseconds: Int64) throws -> [TopicPartition: Int64] {
        try reading.offsets(of: partitions, at: .time(milliseconds: milliseconds))
    }
}

/// Topics and groups through the administration of a log, whatever it is.
final class AdministeredTopics: TopicKeeping {
    private let log: any LogAdministration

    init(_ log: any LogAdministration) { self.log = log }

    func describe(_ topic: String) throws -> (partitions: Int32, settings: [String: String])? {
        do {
            let found = try log.topic(topic)
            return (Int32(found.partitions.count), found.settings)
        } catch let error as ClusterError {
            if error.kind == .notFound { return nil }
            throw error
        } catch let error as BrokerError {
            if error.kind == .unknownTopic { return nil }
            throw error
        }
    }

    func make(_ topic: String, partitions: Int32, settings: [String: String]) throws {
        try log.createTopic(topic, partitions: partitions, replicas: nil, settings: settings)
    }

    func remove(topic: String) throws { try log.deleteTopic(topic) }

    func remove(group: String) throws { if try log.groups().contains(where: { $0.name == group }) { try log.deleteGroup(group) } }

    func offsets(of partitions: [TopicPartition], atOrAfter milliseconds: Int64) throws -> [TopicPartition: Int64] {
        try log.offsets(of: partitions, at: .time(milliseconds: milliseconds))
    }
}
