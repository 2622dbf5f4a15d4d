import ArgumentParser
import LogClient

/// `leat topics create`.
struct TopicsCreate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Makes a topic.",
        discussion: """
            The data folder is made where there is none. Settings have Kafka's names: retention.bytes, retention.ms, segment.bytes,
            max.message.bytes, cleanup.policy, compression.type; and ours: flush.policy=group|interval:100ms|never.

            Example:
              leat topics create notes --partitions 2 --config retention.ms=86400000 --config compression.type=zstd
            """)

    @Argument(help: "The topic's name: letters, digits, dot, underscore, hyphen.") var name: String
    @OptionGroup var place: PlaceOption
    @Option(help: "How many partitions.") var partitions: Int32 = 1
    @Option(help: "With --brokers: copies of each partition; without it as the cluster has it.") var replicas: Int?
    @Option(name: .customLong("config"), help: ArgumentHelp("A setting; may be given again.", valueName: "key=value"))
    var settings: [String] = []
    @Flag(help: "One JSON object.") var json = false

    func validate() throws {
        _ = try SettingText.parse(settings, option: "--config")
        try TopicName.refuseOwn(name)
        if partitions < 1 { throw ValidationError("--partitions \(partitions): at least 1 is needed") }
    }

    func run() throws {
        let log = try place.administration()
        defer { log.close() }
        try log.createTopic(name, partitions: partitions, replicas: replicas, settings: try SettingText.parse(settings, option: "--config"))
        let output = ConsoleOutput()
        if json {
            output.line(JSONText.object([("topic", .string(name)), ("partitions", .integer(partitions))]))
        } else {
            let location = place.isCluster ? log.place : place.folder
            output.line("topic \(name) made, \(partitions) partition\(partitions == 1 ? "" : "s"), in \(location)")
        }
        output.flush()
    }
}

/// `leat topics alter`.
struct TopicsAlter: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alter",
        abstract: "Gives a topic more partitions; never fewer.",
        discussion: """
            Records stay where they are, and keys go to other partitions than before: the order of a key's old and new records is then no
            longer kept by one partition. Settings are changed by `leat configs set`.
            """)

    @Argument(help: "The topic.") var name: String
    @OptionGroup var place: PlaceOption
    @Option(help: "How many partitions it has from now on.") var partitions: Int32
    @Flag(help: "One JSON object.") var json = false

    func validate() throws {
        try TopicName.refuseOwn(name)
        if partitions < 1 { throw ValidationError("--partitions \(partitions): at least 1 is needed") }
    }

    func run() throws {
        let log = try place.administration()
        defer { log.close() }
        let present = try log.topic(name).partitions.count
        guard Int(partitions) > present else {
            throw CommandFailure("topic \(name) has \(present) partitions, and a topic never has fewer: --partitions must be above \(present)")
        }
        try log.createPartitions(name, total: partitions)
        let output = ConsoleOutput()
        output.line(
            json
                ? JSONText.object([("topic", .string(name)), ("partitions", .integer(partitions))]).text
                : "topic \(name) has \(partitions) partitions now, \(present) before")
        output.flush()
    }
}

/// `leat topics delete`.
struct TopicsDelete: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Deletes topics with their records, for good.",
        discussion: "Nothing is deleted without --yes: without it the command shows what would go.")

    @Argument(help: "The topics.") var names: [String]
    @OptionGroup var place: PlaceOption
    @Flag(help: "Really delete.") var yes = false
    @Flag(help: "One JSON object a line.") var json = false

    func validate() throws { for name in names { try TopicName.refuseOwn(name) } }

    func run() throws {
        let log = try place.administration()
        defer { log.close() }
        let output = ConsoleOutput()
        // All of them are looked at first: a name that is mistyped deletes nothing.
        let topics = try names.map { try log.topic($0) }
        for topic in topics {
            if yes { try log.deleteTopic(topic.name) }
            if json {
                output.line(JSONText.object([("topic", .string(topic.name)), ("records", .integer(topic.records)), ("deleted", .bool(yes))]))
            } else {
                output.line("topic \(topic.name), \(ByteText.count(topic.records)) records: \(yes ? "deleted" : "would be deleted")")
            }
            output.flush()
        }
        if !yes { throw CommandFailure("nothing is deleted without --yes") }
    }
}

/// What is asked of names on the command line.
enum TopicName {
    static func refuseOwn(_ name: String) throws {
        if name.hasPrefix("__") { throw ValidationError("topic \(name): names that begin with __ are the broker's own") }
    }
}

/// Settings as they are written on the command line.
enum SettingText {
    static func parse(_ settings: [String], option: String? = nil) throws -> [String: String] {
        var parsed: [String: String] = [:]
        for setting in settings {
            guard let equals = setting.firstIndex(of: "="), equals != setting.startIndex else {
                throw ValidationError("\(option.map { "\($0) " } ?? "")\(setting): write it as key=value, such as retention.ms=86400000")
            }
            parsed[String(setting[..<equals])] = String(setting[setting.index(after: equals)...])
        }
        return parsed
    }
}
