import ArgumentParser
import Coordination
import LogClient

/// `leat groups`: who reads what, and how far they are.
struct GroupsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "groups",
        abstract: "Lists, describes, deletes and resets consumer groups.",
        discussion: """
            Examples:
              leat groups list
              leat groups describe extract                                       positions, lag, and who has which partition
              leat groups reset extract --topic web.pages --to-earliest          shows what would change
              leat groups reset extract --topic web.pages --to-earliest --execute
              leat groups describe extract --brokers localhost:9092

            \(PlaceOption.explanation)
            """,
        subcommands: [GroupsList.self, GroupsDescribe.self, GroupsReset.self, GroupsDelete.self], defaultSubcommand: GroupsList.self)
}

/// `leat groups list`.
struct GroupsList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Every group and its state.",
        discussion: #"--json prints an object a group: {"group","state"}."#)

    @OptionGroup var place: PlaceOption
    @Flag(help: "One JSON object a line.") var json = false

    func run() throws {
        let output = ConsoleOutput()
        let log = try place.administration()
        defer { log.close() }
        var table = TextTable(["GROUP", "STATE"])
        for group in try log.groups() {
            if json {
                output.line(JSONText.object([("group", .string(group.name)), ("state", .string(group.state))]))
            } else {
                table.add([group.name, group.state])
            }
        }
        if !json { table.lines(output.style).forEach { output.line($0) } }
        output.flush()
    }
}

/// `leat groups describe`.
struct GroupsDescribe: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe", abstract: "One group: its positions, how far it lags, and its members.",
        discussion: """
            LAG is how many offsets lie between the position and the end of what is committed. MEMBER is who has the partition now.
            --json prints one object: {"group","state","assignor","positions":[…],"members":[…]}.
            """)

    @Argument(help: "The group.") var name: String
    @OptionGroup var place: PlaceOption
    @Flag(help: "One JSON object.") var json = false

    func run() throws {
        let output = ConsoleOutput()
        let log = try place.administration()
        defer { log.close() }
        let group = try log.group(name)
        var owners: [TopicPartition: AdministeredGroup.Member] = [:]
        for member in group.members { for partition in member.partitions { owners[partition] = member } }
        let partitions = Set(group.positions.keys).union(owners.keys).sorted()
        // A topic that is gone leaves positions behind; it has no end.
        let topics = Set(try log.topics().map(\.name))
        let ends = try log.offsets(of: partitions.filter { topics.contains($0.topic) }, at: .latest)
        if json {
            output.line(object(group, partitions, ends, owners))
        } else {
            output.line(
                output.style.bold(group.name) + ": \(group.state), \(group.members.count) member\(group.members.count == 1 ? "" : "s")"
                    + (group.assignor.isEmpty ? "" : ", \(group.assignor)"))
            var table = TextTable(["TOPIC", "PARTITION", "POSITION", "END", "LAG", "MEMBER", "HOST"], rightAligned: [1, 2, 3, 4])
            for partition in partitions {
                let position = group.positions[partition]?.offset
                table.add([
                    partition.topic, String(partition.partition), text(position), text(ends[partition]), text(lag(position, ends[partition])),
                    owners[partition]?.id ?? "-", owners[partition]?.host ?? "-",
                ])
            }
            table.lines(output.style).forEach { output.line($0) }
        }
        output.flush()
    }

    private func text(_ value: Int64?) -> String { value.map { String($0) } ?? "-" }

    private func lag(_ position: Int64?, _ end: Int64?) -> Int64? { position.flatMap { position in end.map { max(0, $0 - position) } } }

    private func object(
        _ group: AdministeredGroup, _ partitions: [TopicPartition], _ ends: [TopicPartition: Int64], _ owners: [TopicPartition: AdministeredGroup.Member]
    ) -> JSONText {
        func number(_ value: Int64?) -> JSONText { value.map { .integer($0) } ?? .null }
        let positions = partitions.map { partition -> JSONText in
            let position = group.positions[partition]
            return .object([
                ("topic", .string(partition.topic)), ("partition", .integer(partition.partition)), ("position", number(position?.offset)),
                ("end", number(ends[partition])), ("lag", number(lag(position?.offset, ends[partition]))),
                ("member", owners[partition].map { .string($0.id) } ?? .null), ("metadata", .string(position?.metadata ?? "")),
            ])
        }
        let members = group.members.map { member -> JSONText in
            .object([
                ("member", .string(member.id)), ("client", .string(member.clientID)), ("host", .string(member.host)),
                (
                    "partitions",
                    .array(member.partitions.map { .object([("topic", .string($0.topic)), ("partition", .integer($0.partition))]) })
                ),
            ])
        }
        return .object([
            ("group", .string(group.name)), ("state", .string(group.state)), ("assignor", .string(group.assignor)),
            ("positions", .array(positions)), ("members", .array(members)),
        ])
    }
}

/// `leat groups delete`.
struct GroupsDelete: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Forgets groups and their positions.",
        discussion: "Nothing is deleted without --yes. A group with members is refused: stop them first.")

    @Argument(help: "The groups.") var names: [String]
    @OptionGroup var place: PlaceOption
    @Flag(help: "Really delete.") var yes = false
    @Flag(help: "One JSON object a line.") var json = false

    func run() throws {
        let output = ConsoleOutput()
        let log = try place.administration()
        defer { log.close() }
        let groups = try names.map { try log.group($0) }
        for group in groups {
            if yes { try log.deleteGroup(group.name) }
            output.line(
                json
                    ? JSONText.object([("group", .string(group.name)), ("positions", .integer(group.positions.count)), ("deleted", .bool(yes))]).text
                    : "group \(group.name), \(group.positions.count) positions: \(yes ? "deleted" : "would be deleted")")
            output.flush()
        }
        if !yes { throw CommandFailure("nothing is deleted without --yes") }
    }
}
