public import Coordination
public import SystemIO

/// Reads a data folder without owning it, also while its owner appends, rolls and deletes: for `leat tail` and every other
/// command that only looks. It takes no lock and writes nothing.
///
/// It sees what is in the files now. A reader of committed records sees a transaction once its marker, or the durable record
/// of its commit, is there; records of producers without transactions are seen as soon as they are written, also before they
/// are durable. Of a topic with a remote store it sees what is on this disk; the owner reads the rest. Thread rule: any thread; what it opens belongs to one thread.
///
///     let log = try SharedLogReader(folder: "leat-data")
///     let reader = try log.open(TopicPartition("docs.unique", 0), from: .earliest)
///     while let batch = try reader.next() { … }      // nil: nothing more for now; ask again later to follow
public struct SharedLogReader: Sendable {
    public let folder: String
    let fileSystem: any FileSystem

    /// Throws ``BrokerError/Kind/unknownTopic`` where the folder is no data folder.
    public init(folder: String, fileSystem: any FileSystem = PosixFileSystem()) throws {
        self.folder = folder
        self.fileSystem = fileSystem
        _ = try Broker.topics(inFolder: folder, fileSystem: fileSystem)
    }

    /// The topics as of now, by name, the broker's own (`__…`) too.
    public func topics() throws -> [TopicDeclaration] {
        try Broker.topics(inFolder: folder, fileSystem: fileSystem).map(\.declaration)
    }

    public func topic(_ name: String) throws -> TopicDeclaration {
        try topicAndIdentifier(name).declaration
    }

    /// The folder of a partition's files.
    public func path(of partition: TopicPartition) throws -> String {
        let (declaration, identifier) = try topicAndIdentifier(partition.topic)
        guard (0..<declaration.partitions).contains(partition.partition) else {
            throw BrokerError(
                .unknownPartition,
                "topic \(partition.topic) has \(declaration.partitions) partitions, numbered from 0: there is no \(partition.partition)")
        }
        return Broker.partitionFolder(folder, identifier, partition.partition)
    }

    /// Where a partition's segments are in the remote store; nil where its topic keeps none there.
    public func remoteKey(of partition: TopicPartition) throws -> String? {
        let (declaration, identifier) = try topicAndIdentifier(partition.topic)
        guard declaration.settings["remote.storage.enable"]?.lowercased() == "true" else { return nil }
        return RemoteStorage.key(identifier, partition.partition)
    }

    private func topicAndIdentifier(_ name: String) throws -> (declaration: TopicDeclaration, identifier: String) {
        guard let found = try Broker.topics(inFolder: folder, fileSystem: fileSystem).first(where: { $0.declaration.name == name })
        else {
            throw BrokerError(.unknownTopic, "there is no topic \(name) in \(folder); `leat topics list` shows those that are")
        }
        return found
    }

    /// Opens a partition at a place. An offset before the log's start begins at the start, one behind its end waits there.
    public func open(
        _ partition: TopicPartition, from start: SharedLogStart, isolation: SharedLogIsolation = .committed
    ) throws -> SharedPartitionReader {
        let commits = isolation == .committed && !InternalTopics.isInternal(partition.topic) ? try CommitLedger(log: self) : nil
        return try SharedPartitionReader(
            partition: partition, files: SharedLogFiles(folder: try path(of: partition), fileSystem: fileSystem), start: start,
            isolation: isolation, commits: commits)
    }
}

/// Where reading begins.
public enum SharedLogStart: Hashable, Sendable {
    case earliest
    /// What is written after now; for committed records, behind the last one that can be seen now.
    case latest
    case offset(Int64)
    /// The first record at or after this time, in milliseconds since 1970.
    case timestamp(milliseconds: Int64)
}

/// What a reader is shown.
public enum SharedLogIsolation: Hashable, Sendable {
    /// Committed records: none of aborted transactions, and none behind the beginning of an open one.
    case committed
    /// Everything that was written; control batches left out.
    case uncommitted
}
