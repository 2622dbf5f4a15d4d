import AccessControl
import Broker
import Coordination
import Foundation
import LogClient
import Records
import SystemIO

/// A data folder's topics, groups, settings and access rules. Looking takes no lock; a change owns the folder while it lasts.
final class FolderAdministration: LogAdministration {
    private let folder: String

    init(_ folder: String) { self.folder = folder }

    var place: String { "the data folder \(folder)" }

    func close() {}

    private func reader() throws -> SharedLogReader { try DataFolderOption.reader(folder) }

    /// Owns the folder for one change. Who owns it already may be a server, which takes the change over the network.
    private func owning<Result>(to purpose: String, _ change: (Broker) throws -> Result) throws -> Result {
        let broker = try Broker.owning(folder, to: purpose)
        do {
            let result = try change(broker)
            try broker.close()
            return result
        } catch {
            try? broker.close()
            throw error
        }
    }

    // MARK: Topics

    func topics() throws -> [AdministeredTopic] {
        let log = try reader()
        return try log.topics().map { try described($0, log) }
    }

    func topic(_ name: String) throws -> AdministeredTopic {
        let log = try reader()
        return try described(try log.topic(name), log)
    }

    private func described(_ topic: TopicDeclaration, _ log: SharedLogReader) throws -> AdministeredTopic {
        AdministeredTopic(
            name: topic.name,
            partitions: try (0..<topic.partitions).map { number in
                let extent = try log.extent(of: TopicPartition(topic.name, number))
                return .init(
                    number: number, start: extent.startOffset, end: extent.endOffset, committed: extent.stableOffset, bytes: Int(extent.bytes),
                    segments: extent.segments)
            }, settings: topic.settings)
    }

    func createTopic(_ name: String, partitions: Int32, replicas: Int?, settings: [String: String]) throws {
        if let replicas, replicas != 1 { throw CommandFailure("a data folder keeps one copy: --replicas \(replicas) needs a cluster (--brokers)") }
        try owning(to: "make topic \(name)") { try $0.createTopic(TopicDeclaration(name: name, partitions: partitions, settings: settings)) }
    }

    func deleteTopic(_ name: String) throws {
        _ = try reader().topic(name)
        try owning(to: "delete topic \(name)") { try $0.deleteTopic(name) }
    }

    func createPartitions(_ name: String, total: Int32) throws {
        _ = try reader().topic(name)
        try owning(to: "give topic \(name) more partitions") { try $0.createPartitions(name, total: total) }
    }

    func offsets(of partitions: [TopicPartition], at place: LogPlace) throws -> [TopicPartition: Int64] {
        let log = try reader()
        var offsets: [TopicPartition: Int64] = [:]
        for partition in partitions {
            switch place {
            case .earliest: offsets[partition] = try log.extent(of: partition).startOffset
            case .latest: offsets[partition] = try log.extent(of: partition).stableOffset
            case .time(let milliseconds):
                let found = try log.open(partition, from: .timestamp(milliseconds: milliseconds)).next()?.records.first { $0.timestamp >= milliseconds }
                offsets[partition] = try found?.offset ?? log.extent(of: partition).stableOffset
            }
        }
        return offsets
    }

    // MARK: Groups

    func groups() throws -> [AdministeredGroup] {
        try reader().positions().map { name, positions in
            // Members exist where a process serves the folder, and it alone knows them.
            AdministeredGroup(
                name: name, state: "Empty",
                positions: positions.mapValues {
                    .init(offset: $0.position.offset, metadata: $0.position.metadata, committedMilliseconds: $0.committedMilliseconds)
                })
        }.sorted { $0.name < $1.name }
    }

    func group(_ name: String) throws -> AdministeredGroup {
        guard let group = try groups().first(where: { $0.name == name }) else {
            throw CommandFailure("there is no group \(name) in \(folder); `leat groups list` shows those there are")
        }
        return group
    }

    func deleteGroup(_ name: String) throws {
        _ = try group(name)
        try owning(to: "delete group \(name)") { try $0.deleteGroup(name) }
    }

    func setPositions(_ positions: [TopicPartition: Int64], of group: String) throws {
        try owning(to: "set positions of group \(group)") { broker in
            try broker.commitPositions(
                positions.sorted { $0.key < $1.key }.map { OffsetCommit(group: group, partition: $0.key, position: OffsetAndMetadata(offset: $0.value)) })
        }
    }

    // MARK: Settings

    func settings(of resource: SettingResource) throws -> [AdministeredSetting] {
        switch resource {
        case .topic(let name):
            let declaration = try reader().topic(name)
            let known = TopicSettings.definitions.map { definition in
                AdministeredSetting(
                    name: definition.name, value: declaration.settings[definition.name] ?? definition.defaultValue,
                    isOverridden: declaration.settings[definition.name] != nil)
            }
            return known.sorted { $0.name < $1.name }
        case .broker: throw noBroker("asked for")
        }
    }

    func alterSettings(of resource: SettingResource, set: [String: String], delete: Set<String>) throws {
        guard case .topic(let name) = resource else { throw noBroker("changed") }
        _ = try reader().topic(name)
        let changes = set.sorted { $0.key < $1.key }.map { SettingChange($0.key, .set($0.value)) } + delete.sorted().map { SettingChange($0, .delete) }
        try owning(to: "change settings of topic \(name)") { try $0.alterSettings(name, changes) }
    }

    private func noBroker(_ verb: String) -> CommandFailure {
        CommandFailure(
            """
            \(folder) is a data folder: a broker's settings are those of a running one, and are \(verb) there: leat configs … --broker 1 --brokers 127.0.0.1:9092, \
            beside `leat serve --data \(folder)` (its id is 1). Settings for its next start are given to it: leat serve --set name=value, or --config FILE. \
            Settings of a topic are in the folder: --topic NAME
            """)
    }

    // MARK: Access rules

    func accessRules(_ filter: AclFilter) throws -> [AclBinding] {
        _ = try reader()
        return try AccessStore(folder: folder).describeRules(filter)
    }

    func addAccessRules(_ rules: [AclBinding]) throws {
        try owning(to: "add access rules") { _ in
            let results = try AccessStore(folder: folder).createRules(rules)
            for case let error? in results { throw error }
        }
    }

    func removeAccessRules(_ filter: AclFilter) throws -> [AclBinding] {
        try owning(to: "remove access rules") { _ in try AccessStore(folder: folder).deleteRules([filter]).flatMap { $0 } }
    }
}
