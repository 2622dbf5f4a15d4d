import ArgumentParser
import Coordination
import Foundation
import LogClient
import Pipeline

/// `leat reset`: moves a stage's or a group's positions.
struct ResetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset",
        abstract: "Move the positions of a stage or of any consumer group; shows what would change, and does it with --execute.",
        discussion: """
            NAME is a stage of the recipe, or a group. TO is one of
              earliest, latest             the first record that the log has; only what comes from now on
              1000                         an offset, of every partition
              0:1000,1:500                 offsets of partitions, TOPIC:0:1000 where there are several topics
              2026-01-31T12:00             the first record from a time on (UTC), or @ and milliseconds since 1970
              shift:-100                   so many offsets back or on
              snapshot:NAME                what `leat snapshot NAME` has noted
              file:positions.csv           lines topic,partition,offset: what --export prints, and kafka-consumer-groups too
              current                      where it stands, for --export

            Nothing is moved while the group has members, or while another process owns the data folder. A stage with state is refused, since its state cannot go \
            back; so is one that joins. Use `leat replay` for those; --force moves them all the same. The ledger stays as it is, and `leat verify` notes the move.

            EXAMPLES
              leat reset filter --to earliest
              leat reset filter --to 2026-01-31 --topic docs.extracted:0,2 --execute
              leat reset my-group --to shift:-100 --topic docs.unique --execute
              leat reset my-group --to current --export > positions.csv && leat reset my-group --to file:positions.csv --execute

            --json prints an object a partition: {"group","topic","partition","from","to","executed"}.
            EXIT CODES: 0 shown or done · 1 it failed, or was refused · 64 the command line is wrong.
            """)

    @OptionGroup var options: EngineOptions
    @Argument(help: "The stage, or the group.") var name: String
    @Option(parsing: .unconditional, help: ArgumentHelp("Where to.", valueName: "to")) var to: String
    @Option(name: .customLong("topic"), help: ArgumentHelp("Only this topic, or some of its partitions; may be given again.", valueName: "topic[:0,1]"))
    var only: [String] = []
    @Flag(help: "Do it.") var execute = false
    @Flag(help: "Move a stage with state, or one that joins, all the same.") var force = false
    @Flag(help: "Print the target positions as lines topic,partition,offset, and change nothing.") var export = false
    @Flag(help: "One JSON object a line.") var json = false

    func validate() throws {
        _ = try target()
        if execute && export { throw ValidationError("--execute and --export exclude each other") }
        for topic in only { _ = try Self.parse(topic) }
    }

    func target() throws -> PositionReset.Place {
        switch to {
        case "earliest", "beginning": return .earliest
        case "latest", "end": return .latest
        case "current": return .current
        default: break
        }
        if to.hasPrefix("shift:") {
            guard let count = Int64(to.dropFirst(6)) else { throw ValidationError("--to \(to): write it as shift:-100 or shift:100") }
            return .shift(count)
        }
        if to.hasPrefix("file:") { return .list(try Self.positions(inFile: String(to.dropFirst(5)))) }
        switch try PlaceText.parse(to, option: "--to") {
        case .open: return .earliest
        case .offset(let offset): return .offset(offset)
        case .offsets(let offsets): return .offsets(offsets)
        case .time(let time): return .time(time)
        case .snapshot(let name): return .snapshot(name)
        }
    }

    /// Lines "topic,partition,offset"; quotes around a topic's name are taken off.
    static func positions(inFile path: String) throws -> [TopicPartition: Int64] {
        guard let data = FileManager.default.contents(atPath: path), data.count <= 64 << 20 else {
            throw ValidationError("--to file:\(path): the file cannot be read, or is larger than 64 MiB")
        }
        var positions: [TopicPartition: Int64] = [:]
        for (number, line) in String(decoding: data, as: UTF8.self).split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated()
        where !line.isEmpty {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false).map { $0.filter { $0 != "\"" && $0 != " " } }
            guard fields.count == 3, !fields[0].isEmpty, let partition = Int32(fields[1]), partition >= 0, let offset = Int64(fields[2]), offset >= 0 else {
                throw ValidationError("--to file:\(path): line \(number + 1) is not of the form topic,partition,offset")
            }
            positions[TopicPartition(fields[0], partition)] = offset
        }
        return positions
    }

    private static func parse(_ text: String) throws -> (topic: String, partitions: [Int32]?) {
        guard let colon = text.lastIndex(of: ":") else { return (text, nil) }
        let numbers = text[text.index(after: colon)...].split(separator: ",", omittingEmptySubsequences: false).map { Int32($0) }
        let partitions = numbers.compactMap { $0 }.filter { $0 >= 0 }
        guard partitions.count == numbers.count, !partitions.isEmpty else { throw ValidationError("--topic \(text): write partitions as topic:0,1,2") }
        return (String(text[..<colon]), partitions)
    }

    func run() throws {
        let stage = PipelineMap(recipe: try options.recipe()).stages.first { $0.name == name }
        let output = ConsoleOutput()
        defer { output.flush() }
        if let stage, !force, let obstacle = PositionReset.obstacle(stage), !export { throw CommandFailure(obstacle + "; --force moves it all the same") }
        try (execute ? options.open(to: "move positions of \(name)") : options.look()).use { opened in
            let reset = PositionReset(opened.engine, topics: opened.topics, group: stage?.group ?? name)
            let place = try target()
            let moves = try reset.moves(of: try partitions(opened, reset.group, stage, place), to: place)
            guard !moves.isEmpty else { throw CommandFailure("group \(reset.group) has no positions there: name topics with --topic") }
            if execute {
                try refuseLive(opened, reset.group)
                try reset.execute(moves, by: DeadLetterChange.user, milliseconds: PipelineRunner.wallMilliseconds())
            }
            show(moves, reset.group, output)
            if let stage, !export { for warning in PositionReset.warnings(stage, moves) { output.warn(warning) } }
        }
    }

    /// The chosen ones; without a choice those that the stage reads, the file names, or the group has positions in.
    private func partitions(_ opened: OpenedEngine, _ group: String, _ stage: PipelineMap.Stage?, _ place: PositionReset.Place) throws -> [TopicPartition] {
        var chosen = only
        if chosen.isEmpty {
            if case .list(let positions) = place { return positions.keys.sorted() }
            guard let stage else { return try opened.administration.group(group).positions.keys.sorted() }
            chosen = stage.inputs
        }
        var partitions: [TopicPartition] = []
        for text in chosen {
            let (topic, numbers) = try Self.parse(text)
            let count = try opened.engine.partitionCount(of: topic)
            for number in numbers ?? Array(0..<count) {
                guard number < count else { throw CommandFailure("topic \(topic) has \(count) partitions, numbered from 0: there is no \(number)") }
                partitions.append(TopicPartition(topic, number))
            }
        }
        return partitions
    }

    private func refuseLive(_ opened: OpenedEngine, _ group: String) throws {
        guard try opened.administration.groups().contains(where: { $0.name == group }) else { return }
        let found = try opened.administration.group(group)
        guard found.members.isEmpty else {
            throw CommandFailure("group \(group) is \(found.state) with \(found.members.count) members, which would overwrite the new positions: stop them first")
        }
    }

    private func show(_ moves: [PositionReset.Move], _ group: String, _ output: ConsoleOutput) {
        if export { return moves.forEach { output.line("\($0.partition.topic),\($0.partition.partition),\($0.to)") } }
        var table = TextTable(["TOPIC", "PARTITION", "FROM", "TO", "BY"], rightAligned: [1, 2, 3, 4])
        for move in moves {
            if json {
                output.line(
                    JSONText.object([
                        ("group", .string(group)), ("topic", .string(move.partition.topic)), ("partition", .integer(move.partition.partition)),
                        ("from", move.from.map { .integer($0) } ?? .null), ("to", .integer(move.to)), ("executed", .bool(execute)),
                    ]))
            } else {
                table.add([
                    move.partition.topic, String(move.partition.partition), move.from.map { String($0) } ?? "-", String(move.to),
                    move.from.map { ($0 <= move.to ? "+" : "") + String(move.to - $0) } ?? "-",
                ])
            }
        }
        guard !json else { return }
        table.lines(output.style).forEach { output.line($0) }
        output.line(execute ? "group \(group) is moved" : "nothing is changed yet: --execute does it")
    }
}
