import ArgumentParser
import LogClient

/// `leat topics`: what the log holds.
struct TopicsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "topics",
        abstract: "Lists, describes, makes, changes and deletes topics.",
        discussion: """
            Examples:
              leat topics list                                     every topic with its records and bytes
              leat topics describe docs.unique                     settings, partitions, groups and their lag
              leat topics create notes --partitions 2 --config retention.bytes=104857600
              leat topics alter notes --partitions 4
              leat topics list --brokers localhost:9092            the same of a Kafka cluster, or of `leat serve`

            Looking into a data folder needs no lock: it works while `leat run` writes. A change needs the folder for itself; while a
            process serves it, make changes over the network with --brokers.

            \(PlaceOption.explanation)
            """,
        subcommands: [TopicsList.self, TopicsDescribe.self, TopicsCreate.self, TopicsAlter.self, TopicsDelete.self],
        defaultSubcommand: TopicsList.self)
}

/// `leat topics list`.
struct TopicsList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Every topic: partitions, offsets, bytes, segments.",
        discussion: """
            RECORDS is the span of offsets, which counts transaction markers and aborted records too. A cluster does not say here how
            many bytes and segments there are.
            --json prints an object a topic: {"topic","partitions","records","bytes","segments","start","end"},
            start and end being lists with one offset a partition; bytes and segments are null where they are not known.
            """)

    @OptionGroup var place: PlaceOption
    @Flag(help: "Show the broker's own topics (__…) too.") var all = false
    @Flag(help: "One JSON object a line.") var json = false

    func run() throws {
        let output = ConsoleOutput()
        let log = try place.administration()
        defer { log.close() }
        var table = TextTable(["TOPIC", "PARTITIONS", "RECORDS", "BYTES", "SEGMENTS", "OFFSETS"], rightAligned: [1, 2, 3, 4])
        for topic in try log.topics() where all || !topic.name.hasPrefix("__") {
            guard !json else {
                output.line(
                    JSONText.object([
                        ("topic", .string(topic.name)), ("partitions", .integer(topic.partitions.count)), ("records", .integer(topic.records)),
                        ("bytes", topic.bytes.map { .integer($0) } ?? .null), ("segments", topic.segments.map { .integer($0) } ?? .null),
                        ("start", .array(topic.partitions.map { .integer($0.start) })),
                        ("end", .array(topic.partitions.map { .integer($0.end) })),
                    ]))
                continue
            }
            table.add([
                topic.name, String(topic.partitions.count), ByteText.count(topic.records), topic.bytes.map { ByteText.size($0) } ?? "-",
                topic.segments.map { String($0) } ?? "-", topic.partitions.map { "\($0.start)–\($0.end)" }.joined(separator: " "),
            ])
        }
        if !json { table.lines(output.style).forEach { output.line($0) } }
        output.flush()
    }
}
