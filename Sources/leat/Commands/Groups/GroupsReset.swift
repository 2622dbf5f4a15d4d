import ArgumentParser
import Coordination
import LogClient

/// `leat groups reset`.
struct GroupsReset: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset", abstract: "Moves a group's positions.",
        discussion: """
            One of --to-… and --shift-by says where to. It shows what would change, and changes it with --execute. The group must have no
            members. Places before a partition's start or behind its end are moved to there. --topic makes positions where the group has
            none; without it those that it has are moved.

            Examples:
              leat groups reset extract --topic web.pages --to-earliest --execute
              leat groups reset extract --topic web.pages:0,2 --to-offset 1000
              leat groups reset extract --all-topics --to-datetime 2026-01-31T12:00 --execute
              leat groups reset extract --all-topics --shift-by -100 --execute

            --json prints an object a partition: {"group","topic","partition","from","to","executed"}.
            """)

    @Argument(help: "The group.") var name: String
    @OptionGroup var place: PlaceOption
    @Option(name: .customLong("topic"), help: ArgumentHelp("A topic, or some of its partitions; may be given again.", valueName: "topic[:0,1]"))
    var topics: [String] = []
    @Flag(help: "Every topic that the group has positions in.") var allTopics = false
    @Flag(help: "To the first record there is.") var toEarliest = false
    @Flag(help: "To the end: only what comes from now on.") var toLatest = false
    @Option(help: "To this offset.") var toOffset: Int64?
    @Option(help: ArgumentHelp("To the first record from this time on, in UTC.", valueName: "2026-01-31T12:00"), transform: time)
    var toDatetime: Int64?
    @Option(parsing: .unconditional, help: "By so many offsets, onwards or (negative) back.") var shiftBy: Int64?
    @Flag(help: "Change it.") var execute = false
    @Flag(help: "Only show what would change; so it is without --execute.") var dryRun = false
    @Flag(help: "One JSON object a line.") var json = false

    private static func time(_ text: String) throws -> Int64 {
        guard let milliseconds = TimeText.milliseconds(text) else {
            throw ValidationError("--to-datetime \(text): write it as 2026-01-31 or 2026-01-31T12:00[:30], in UTC")
        }
        return milliseconds
    }

    func validate() throws {
        let places = [toEarliest, toLatest, toOffset != nil, toDatetime != nil, shiftBy != nil].count { $0 }
        guard places == 1 else {
            throw ValidationError("one of --to-earliest, --to-latest, --to-offset, --to-datetime and --shift-by is needed, and \(places) are given")
        }
        if execute && dryRun { throw ValidationError("--execute and --dry-run exclude each other") }
        if topics.isEmpty != allTopics { throw ValidationError("name topics with --topic, or take --all-topics") }
        for topic in topics { _ = try Self.parse(topic) }
    }

    private static func parse(_ text: String) throws -> (topic: String, partitions: [Int32]?) {
        guard let colon = text.lastIndex(of: ":") else { return (text, nil) }
        let numbers = text[text.index(after: colon)...].split(separator: ",", omittingEmptySubsequences: false).map { Int32($0) }
        let partitions = numbers.compactMap { $0 }.filter { $0 >= 0 }
        guard partitions.count == numbers.count else { throw ValidationError("--topic \(text): write partitions as topic:0,1,2") }
        return (String(text[..<colon]), partitions)
    }

    func run() throws {
        let output = ConsoleOutput()
        let log = try place.administration()
        defer { log.close() }
        let positions = try present(log)
        let partitions = try chosen(log, positions)
        guard !partitions.isEmpty else { throw CommandFailure("group \(name) has no positions: name topics with --topic") }
        let targets = try self.targets(log, partitions, positions)
        if execute { try log.setPositions(targets, of: name) }
        var table = TextTable(["TOPIC", "PARTITION", "FROM", "TO"], rightAligned: [1, 2, 3])
        for partition in partitions {
            let from = positions[partition]?.offset
            guard let to = targets[partition] else { continue }
            if json {
                output.line(
                    JSONText.object([
                        ("group", .string(name)), ("topic", .string(partition.topic)), ("partition", .integer(partition.partition)),
                        ("from", from.map { .integer($0) } ?? .null), ("to", .integer(to)), ("executed", .bool(execute)),
                    ]))
            } else {
                table.add([partition.topic, String(partition.partition), from.map { String($0) } ?? "-", String(to)])
            }
        }
        if !json {
            table.lines(output.style).forEach { output.line($0) }
            output.line(execute ? "group \(name) is moved" : "nothing is changed yet: --execute does it")
        }
        output.flush()
    }

    /// A group that nobody made yet has none, where topics are named.
    private func present(_ log: any LogAdministration) throws -> [TopicPartition: AdministeredGroup.Position] {
        let isKnown = try log.groups().contains { $0.name == name }
        guard isKnown || topics.isEmpty else { return [:] }
        let group = try log.group(name)
        guard group.members.isEmpty || !execute else {
            throw CommandFailure(
                "group \(name) has \(group.members.count) members, which would overwrite the new positions: stop them first "
                    + "(`leat groups describe \(name)` names them)")
        }
        return group.positions
    }

    private func chosen(_ log: any LogAdministration, _ positions: [TopicPartition: AdministeredGroup.Position]) throws -> [TopicPartition] {
        guard !allTopics else { return positions.keys.sorted() }
        var partitions: Set<TopicPartition> = []
        for text in topics {
            let (topic, only) = try Self.parse(text)
            let present = try log.topic(topic).partitions.map(\.number)
            for number in only ?? present {
                guard present.contains(number) else { throw CommandFailure("topic \(topic) has \(present.count) partitions, numbered from 0: there is no \(number)") }
                partitions.insert(TopicPartition(topic, number))
            }
        }
        return partitions.sorted()
    }

    private func targets(
        _ log: any LogAdministration, _ partitions: [TopicPartition], _ positions: [TopicPartition: AdministeredGroup.Position]
    ) throws -> [TopicPartition: Int64] {
        let starts = try log.offsets(of: partitions, at: .earliest)
        let ends = try log.offsets(of: partitions, at: .latest)
        let times = try toDatetime.map { try log.offsets(of: partitions, at: .time(milliseconds: $0)) }
        var targets: [TopicPartition: Int64] = [:]
        for partition in partitions {
            guard let start = starts[partition], let end = ends[partition] else { continue }
            let wanted: Int64
            if toEarliest {
                wanted = start
            } else if toLatest {
                wanted = end
            } else if let toOffset {
                wanted = toOffset
            } else if let times {
                wanted = times[partition] ?? end
            } else {
                guard let position = positions[partition]?.offset else {
                    throw CommandFailure("group \(name) has no position in \(partition) to shift: use --to-earliest or --to-latest there first")
                }
                let (moved, isTooFar) = position.addingReportingOverflow(shiftBy ?? 0)
                wanted = isTooFar ? .max : moved
            }
            targets[partition] = min(max(wanted, start), end)
        }
        return targets
    }
}
