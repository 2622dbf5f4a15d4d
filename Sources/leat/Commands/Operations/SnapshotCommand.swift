import ArgumentParser
import Coordination
import LogClient
import Pipeline

/// `leat snapshot`: a dataset's moment, by name.
struct SnapshotCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "snapshot",
        abstract: "Name a moment of the dataset: the topics' offsets and the digests of code and configuration.",
        discussion: """
            A snapshot holds places, no data: a replay from or to it gives the same bytes as long as the topics still reach back to it (their retention says \
            how long). It is kept in the topic leat.operations.

            EXAMPLES
              leat snapshot march
              leat snapshot list
              leat snapshot show march
              leat replay filter --from beginning --to snapshot:march --into docs.filtered.march
              leat snapshot remove march
            """,
        subcommands: [SnapshotTake.self, SnapshotList.self, SnapshotShow.self, SnapshotRemove.self], defaultSubcommand: SnapshotTake.self)

    static func json(_ record: SnapshotRecord) -> JSONText {
        .object([
            ("name", .string(record.name)), ("made", .string(TimeText.text(milliseconds: record.madeMilliseconds))), ("build", .string(record.build)),
            ("pipeline", .string(record.pipeline)), ("configuration", .string(record.configuration)),
            (
                "places",
                .array(
                    record.places.map {
                        .object([("topic", .string($0.topic)), ("partition", .integer($0.partition)), ("offset", .integer($0.offset))])
                    })
            ),
        ])
    }
}

/// `leat snapshot NAME`.
struct SnapshotTake: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "take", abstract: "Names the present moment (this is what `leat snapshot NAME` does).")

    @OptionGroup var options: EngineOptions
    @Argument(help: "Its name: letters, digits, dot, underscore, hyphen.") var name: String
    @Option(help: ArgumentHelp("Changed settings that are in force, for the digest.", valueName: "key=value")) var set: [String] = []
    @Flag(help: "One JSON object.") var json = false

    func validate() throws {
        let allowed = name.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x2E || byte == 0x5F || byte == 0x2D
        }
        guard allowed, (1...200).contains(name.utf8.count) else {
            throw ValidationError("\(name): a snapshot's name has letters, digits, dots, underscores and hyphens, at most 200")
        }
    }

    func run() throws {
        let recipe = try options.recipe(set: set)
        let record = try options.open(to: "name a snapshot").use { opened in
            try OperationJournal.declare(in: opened.topics)
            let journal = OperationJournal(opened.engine)
            guard try journal.entries(SnapshotRecord.self, kind: SnapshotRecord.kind)[name] == nil else {
                throw CommandFailure("there is a snapshot \(name) already; choose another name, or `leat snapshot remove \(name)`")
            }
            let record = try SnapshotRecord.take(name: name, recipe: recipe, build: BuildInformation.build, of: opened.engine)
            try journal.write(record, kind: SnapshotRecord.kind, name: name)
            return record
        }
        let output = ConsoleOutput()
        output.line(
            json
                ? SnapshotCommand.json(record).text
                : "snapshot \(name): \(record.places.count) partitions, configuration \(record.configuration), \(record.build)")
        output.flush()
    }
}

/// `leat snapshot list`.
struct SnapshotList: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Every snapshot.")

    @OptionGroup var options: EngineOptions
    @Flag(help: "One JSON object a line.") var json = false

    func run() throws {
        let output = ConsoleOutput()
        let records = try options.look().use { try OperationJournal($0.engine).entries(SnapshotRecord.self, kind: SnapshotRecord.kind) }
        var table = TextTable(["NAME", "MADE", "PIPELINE", "CONFIGURATION", "BUILD"])
        for (name, record) in records.sorted(by: { $0.value.madeMilliseconds < $1.value.madeMilliseconds }) {
            if json {
                output.line(SnapshotCommand.json(record))
            } else {
                table.add([name, TimeText.text(milliseconds: record.madeMilliseconds), record.pipeline, record.configuration, record.build])
            }
        }
        if !json { table.lines(output.style).forEach { output.line($0) } }
        output.flush()
    }
}

/// `leat snapshot show`.
struct SnapshotShow: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "One snapshot's offsets, and whether the topics still reach back to them.")

    @OptionGroup var options: EngineOptions
    @Argument(help: "The snapshot.") var name: String
    @Flag(help: "One JSON object.") var json = false

    func run() throws {
        let output = ConsoleOutput()
        try options.look().use { opened in
            guard let record = try OperationJournal(opened.engine).entries(SnapshotRecord.self, kind: SnapshotRecord.kind)[name] else {
                throw CommandFailure("there is no snapshot \(name); `leat snapshot list` shows those there are")
            }
            guard !json else { return output.line(SnapshotCommand.json(record)) }
            output.line("\(name): made \(TimeText.text(milliseconds: record.madeMilliseconds)) by \(record.build), configuration \(record.configuration)")
            var table = TextTable(["TOPIC", "PARTITION", "OFFSET", "STARTS AT", "STANDS"], rightAligned: [1, 2, 3])
            for place in record.places {
                let start = try opened.topics.describe(place.topic) == nil ? nil : opened.engine.startOffset(of: .init(place.topic, place.partition))
                table.add([
                    place.topic, String(place.partition), String(place.offset), start.map { String($0) } ?? "-",
                    start == nil ? "the topic is gone" : start! == 0 ? "whole" : start! <= place.offset ? "its beginning is gone" : "gone",
                ])
            }
            table.lines(output.style).forEach { output.line($0) }
        }
        output.flush()
    }
}

/// `leat snapshot remove`.
struct SnapshotRemove: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "remove", abstract: "Forgets a snapshot; no record goes.")

    @OptionGroup var options: EngineOptions
    @Argument(help: "The snapshot.") var name: String

    func run() throws {
        try options.open(to: "remove a snapshot").use { opened in
            let journal = OperationJournal(opened.engine)
            guard try journal.entries(SnapshotRecord.self, kind: SnapshotRecord.kind)[name] != nil else {
                throw CommandFailure("there is no snapshot \(name); `leat snapshot list` shows those there are")
            }
            try journal.write(nil as SnapshotRecord?, kind: SnapshotRecord.kind, name: name)
        }
        print("snapshot \(name) is forgotten")
    }
}
