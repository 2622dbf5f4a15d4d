import ArgumentParser
import Coordination
import Foundation
import LogClient
import Pipeline
import Records

/// `leat dlq`: records that stages could not handle.
struct DeadLetterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dlq",
        abstract: "List, show, put back and drop the records that stages could not handle.",
        discussion: """
            A record that makes a stage fail goes to STAGE.dlq with its original bytes, the error, and the place it came from; the stage goes on. When the cause is \
            mended, `retry` puts it back where it came from and the live stage handles it once more; `drop` says that it is given up. Both are one \
            transaction with an entry in the topic leat.operations that says who, when and why: a command that is killed has done all or nothing, and \
            the same command again does nothing twice.

            A dead letter is named TOPIC:PARTITION:OFFSET; in bulk they are chosen by stage, error and time.

            EXAMPLES
              leat dlq list
              leat dlq show filter.dlq:0:17
              leat dlq retry filter.dlq:0:17
              leat dlq retry --stage extract --error "out of memory" --execute
              leat dlq drop --stage extract --until 2026-01-31 --reason "old crawl" --execute

            EXIT CODES: 0 done · 1 it failed, or was refused · 64 the command line is wrong.
            """,
        subcommands: [DeadLetterList.self, DeadLetterShow.self, DeadLetterRetry.self, DeadLetterDrop.self], defaultSubcommand: DeadLetterList.self)
}

/// Which dead letters a command means.
struct DeadLetterChoice: ParsableArguments {
    @Argument(help: ArgumentHelp("Dead letters, one by one.", valueName: "topic:partition:offset"), transform: DeadLetterPlace.argument)
    var places: [DeadLetterPlace] = []
    @Option(name: .customLong("stage"), help: "Of this stage; may be given again.") var stages: [String] = []
    @Option(help: ArgumentHelp("With this in the error.", valueName: "text")) var error: String?
    @Option(help: ArgumentHelp("Records of this time or later (UTC).", valueName: "2026-01-31T12:00"), transform: DeadLetterChoice.time) var since: Int64?
    @Option(help: ArgumentHelp("Records before this time (UTC).", valueName: "2026-02-01"), transform: DeadLetterChoice.time) var until: Int64?

    static func time(_ text: String) throws -> Int64 {
        if text.hasPrefix("@"), let milliseconds = Int64(text.dropFirst()) { return milliseconds }
        guard let milliseconds = TimeText.milliseconds(text) else { throw ValidationError("\(text): write a time as 2026-01-31 or 2026-01-31T12:00[:30], in UTC") }
        return milliseconds
    }

    var filter: DeadLetterFilter {
        var filter = DeadLetterFilter()
        filter.places = Set(places)
        filter.stages = Set(stages)
        filter.errorText = error
        filter.since = since
        filter.until = until
        return filter
    }

    var isBulk: Bool { places.isEmpty }

    func check(_ map: PipelineMap) throws { for stage in stages { _ = try map.stage(stage) } }
}

extension DeadLetterPlace {
    /// As an argument of the command line.
    static func argument(_ text: String) throws -> DeadLetterPlace {
        guard let place = DeadLetterPlace(text: text) else { throw ValidationError("\(text): a dead letter is named topic:partition:offset, as filter.dlq:0:17") }
        return place
    }
}

/// `leat dlq list`.
struct DeadLetterList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "What waits in the dead letters, one line each, or summed by stage and error.",
        discussion: """
            EXAMPLES
              leat dlq list                                  all that wait
              leat dlq list --stage extract --summary        how many of each error
              leat dlq list --settled --json                 those that were retried or dropped too, with what became of them

            --json prints an object a line: {"place","stage","source","timestamp","key","bytes","error","build","fate"}.
            """)

    @OptionGroup var options: EngineOptions
    @OptionGroup var choice: DeadLetterChoice
    @Flag(help: "Those that were retried or dropped, too.") var settled = false
    @Flag(help: "Counts by stage and error.") var summary = false
    @Option(name: [.customShort("n"), .customLong("count")], help: "At most so many.") var count = 1_000
    @Flag(help: "One JSON object a line.") var json = false

    func run() throws {
        let map = PipelineMap(recipe: try options.recipe())
        try choice.check(map)
        let output = ConsoleOutput()
        try options.look().use { opened in
            var filter = choice.filter
            filter.includesSettled = settled
            let box = DeadLetterBox(opened.engine, map)
            if summary { try summarize(box, filter, output) } else { try list(box, filter, output) }
        }
        output.flush()
    }

    private func list(_ box: DeadLetterBox, _ filter: DeadLetterFilter, _ output: ConsoleOutput) throws {
        var shown = 0
        var table = TextTable(["PLACE", "STAGE", "FROM", "TIME", "BYTES", "FATE", "KEY", "ERROR"], rightAligned: [4])
        let entries = try box.entries(filter, limit: count + 1)
        for entry in entries.prefix(count) {
            shown += 1
            if json {
                output.line(DeadLetterText.json(entry))
            } else {
                let letter = entry.letter
                table.add([
                    letter.place.description, letter.stage, "\(letter.source.topic):\(letter.source.partition):\(letter.sourceOffset)",
                    TimeText.text(milliseconds: letter.record.timestamp), String(letter.record.value?.count ?? 0), entry.fate?.action.rawValue ?? "waits",
                    ByteText.oneLine(letter.key, limit: 60), ByteText.oneLine(letter.error, limit: 120),
                ])
            }
        }
        guard !json else { return }
        if shown == 0 { return output.line("nothing waits in the dead letters") }
        table.lines(output.style).forEach { output.line($0) }
        if entries.count > count { output.line("and more: -n shows more, --summary counts") }
    }

    private func summarize(_ box: DeadLetterBox, _ filter: DeadLetterFilter, _ output: ConsoleOutput) throws {
        var counts: [String: [String: Int]] = [:]
        try box.forEach(filter) { entry in
            counts[entry.letter.stage, default: [:]][String(entry.letter.error.prefix(120)), default: 0] += 1
            return true
        }
        var table = TextTable(["STAGE", "COUNT", "ERROR"], rightAligned: [1])
        for (stage, errors) in counts.sorted(by: { $0.key < $1.key }) {
            for (error, count) in errors.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
                if json {
                    output.line(JSONText.object([("stage", .string(stage)), ("count", .integer(count)), ("error", .string(error))]))
                } else {
                    table.add([stage, ByteText.count(count), ByteText.oneLine(error, limit: 120)])
                }
            }
        }
        if !json { table.lines(output.style).forEach { output.line($0) } }
    }
}

/// `leat dlq show`.
struct DeadLetterShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "One dead letter: the error, where it came from, its headers and its value.",
        discussion: "--raw writes the original bytes of the value alone: leat dlq show extract.dlq:0:3 --raw > page.warc")

    @OptionGroup var options: EngineOptions
    @Argument(help: ArgumentHelp("The dead letter.", valueName: "topic:partition:offset"), transform: DeadLetterPlace.argument)
    var place: DeadLetterPlace
    @Flag(help: "The value's bytes alone.") var raw = false
    @Flag(help: "One JSON object.") var json = false

    func run() throws {
        let map = PipelineMap(recipe: try options.recipe())
        try options.look().use { opened in
            var filter = DeadLetterFilter()
            filter.places = [place]
            filter.includesSettled = true
            guard let entry = try DeadLetterBox(opened.engine, map).entries(filter).first else {
                throw CommandFailure("there is no dead letter \(place); `leat dlq list` shows those there are")
            }
            if raw { return FileHandle.standardOutput.write(Data(entry.letter.record.value ?? [])) }
            let output = ConsoleOutput()
            defer { output.flush() }
            guard !json else { return output.line(DeadLetterText.json(entry)) }
            let obstacle = try DeadLetterTool(opened.engine, map, by: "").obstacle(entry.letter)
            DeadLetterText.lines(entry, obstacle: obstacle, output.style).forEach { output.line($0) }
        }
    }
}
