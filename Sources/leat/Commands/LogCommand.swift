import ArgumentParser
import Broker
import Coordination
import LogStorage
import ObjectStore
import SystemIO

/// `leat log`: the files behind the topics.
struct LogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Dumps and checks the log's files; changes nothing, and may run beside the owner.",
        discussion: """
            Examples:
              leat log verify                                   read everything, name what is damaged
              leat log verify --remote s3://bucket/leat         what is in the remote store, too
              leat log dump docs.unique --partition 0           every batch's header
              leat log dump leat-data/log/<id>/0/00000000000000000000.log --records
            """,
        subcommands: [LogDump.self, LogVerify.self])

    /// What a partition has in the remote store; nil where its topic has nothing there, or no store is named.
    static func remote(of partition: TopicPartition, _ log: SharedLogReader, _ store: (any ObjectStore)?) throws -> RemoteInspector? {
        guard let store, let key = try log.remoteKey(of: partition) else { return nil }
        return try RemoteInspector(store: ObjectSegmentStore(store), key: key)
    }

    /// Partition folders of a topic.
    static func folders(of topic: String, _ only: Int32?, _ log: SharedLogReader) throws -> [(partition: TopicPartition, folder: String)] {
        try TailCommand.partitions(of: topic, only, log).map { ($0, try log.path(of: $0)) }
    }
}
