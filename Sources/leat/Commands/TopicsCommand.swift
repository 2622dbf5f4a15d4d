import ArgumentParser
import Broker
import Coordination

/// `leat topics`: what the log holds.
struct TopicsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "topics",
        abstract: "Lists, describes and makes topics.",
        discussion: """
            Examples:
              leat topics list                                     every topic with its records and bytes
              leat topics describe docs.unique                     settings, partitions, groups and their lag
              leat topics create notes --partitions 2 --config retention.bytes=104857600

            Looking needs no lock: it works while `leat run` writes. Making a topic needs the folder for itself.
            """,
        subcommands: [TopicsList.self, TopicsDescribe.self, TopicsCreate.self], defaultSubcommand: TopicsList.self)
}

/// `leat topics list`.
struct TopicsList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Every topic: partitions, offsets, bytes, segments.",
        discussion: """
            RECORDS is the span of offsets, which counts transaction markers and aborted records too.
            --json prints an object a topic: {"topic","partitions","records","bytes","segments","start","end"},
            start and end being lists with one offset a partition.
            """)

    @OptionGroup var data: DataFolderOption
    @Flag(help: "Show the broker's own topics (__…) too.") var all = false
    @Flag(help: "One JSON object a line.") var json = false

    func run() throws {
        let output = ConsoleOutput()
        let log = try data.reader()
        var table = TextTable(
            ["TOPIC", "PARTITIONS", "RECORDS", "BYTES", "SEGMENTS", "OFFSETS"], rightAligned: [1, 2, 3, 4])
        for topic in try log.topics() where all || !topic.name.hasPrefix("__") {
            let extents = try (0..<topic.partitions).map { try log.extent(of: TopicPartition(topic.name, $0)) }
            let records = extents.reduce(0) { $0 + $1.endOffset - $1.startOffset }
            let bytes = extents.reduce(0) { $0 + $1.bytes }
            let segments = extents.reduce(0) { $0 + $1.segments }
            guard !json else {
                output.line(
                    JSONText.object([
                        ("topic", .string(topic.name)), ("partitions", .integer(topic.partitions)), ("records", .integer(records)),
                        ("bytes", .integer(bytes)), ("segments", .integer(segments)),
                        ("start", .array(extents.map { .integer($0.startOffset) })),
                        ("end", .array(extents.map { .integer($0.endOffset) })),
                    ]))
                continue
            }
            table.add([
                topic.name, String(topic.partitions), ByteText.count(records), ByteText.size(bytes), String(segments),
                extents.map { "\($0.startOffset)–\($0.endOffset)" }.joined(separator: " "),
            ])
        }
        if !json { table.lines(output.style).forEach { output.line($0) } }
        output.flush()
    }
}

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
    @OptionGroup var data: DataFolderOption
    @Option(help: "How many partitions; a topic keeps its number.") var partitions: Int32 = 1
    @Option(name: .customLong("config"), help: ArgumentHelp("A setting; may be given again.", valueName: "key=value"))
    var settings: [String] = []
    @Flag(help: "One JSON object.") var json = false

    func validate() throws {
        for setting in settings where setting.firstIndex(of: "=") == nil {
            throw ValidationError("--config \(setting): write it as key=value, such as retention.ms=86400000")
        }
        if name.hasPrefix("__") { throw ValidationError("topic \(name): names that begin with __ are the broker's own") }
    }

    func run() throws {
        var parsed: [String: String] = [:]
        for setting in settings {
            guard let equals = setting.firstIndex(of: "=") else { continue }
            parsed[String(setting[..<equals])] = String(setting[setting.index(after: equals)...])
        }
        let broker = try Broker.owning(data.folder, to: "make topic \(name)")
        defer { try? broker.close() }
        try broker.createTopic(TopicDeclaration(name: name, partitions: partitions, settings: parsed))
        let output = ConsoleOutput()
        if json {
            output.line(JSONText.object([("topic", .string(name)), ("partitions", .integer(partitions))]))
        } else {
            output.line("topic \(name) made, \(partitions) partition\(partitions == 1 ? "" : "s"), in \(data.folder)")
        }
        output.flush()
    }
}
