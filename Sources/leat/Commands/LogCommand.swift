import ArgumentParser
import Broker
import Coordination
import SystemIO

/// `leat log`: the files behind the topics.
struct LogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Dumps and checks the log's files; changes nothing, and may run beside the owner.",
        discussion: """
            Examples:
              leat log verify                                   read everything, name what is damaged
              leat log dump docs.unique --partition 0           every batch's header
              leat log dump leat-data/log/<id>/0/00000000000000000000.log --records
            """,
        subcommands: [LogDump.self, LogVerify.self])

    /// Partition folders of a topic.
    static func folders(of topic: String, _ only: Int32?, _ log: SharedLogReader) throws -> [(partition: TopicPartition, folder: String)] {
        try TailCommand.partitions(of: topic, only, log).map { ($0, try log.path(of: $0)) }
    }
}
