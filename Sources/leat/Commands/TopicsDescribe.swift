import ArgumentParser
import Coordination
import LogClient

/// `leat topics describe`.
struct TopicsDescribe: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe",
        abstract: "One topic: settings, partitions, and the groups that read it with their lag.",
        discussion: """
            LAG is how many offsets lie between a group's position and the end of what is committed. LEDGER is what a stage counted
            for that partition: in = out + rejected + dead.

            Of a cluster, BYTES and SEGMENTS are not known, LEADER and REPLICAS are, and COMMITTED is what the cluster calls the end.
            --json prints one object: {"topic","partitions","settings","extents":[…],"groups":[…]}.
            """)

    @Argument(help: "The topic.") var name: String
    @OptionGroup var place: PlaceOption
    @Flag(help: "One JSON object.") var json = false

    private struct GroupRow {
        var group: String
        var partition: Int32
        var position: AdministeredGroup.Position
        var lag: Int64
        var committedAt: String { position.committedMilliseconds.map { TimeText.text(milliseconds: $0) } ?? "-" }
    }

    func run() throws {
        let output = ConsoleOutput()
        let log = try place.administration()
        defer { log.close() }
        // A topic that is not there is said before the groups are asked.
        _ = try log.topic(name)
        // Positions first: an end that is read later cannot lie before them.
        let groups = try place.isCluster ? log.groups().map { try log.group($0.name) } : log.groups()
        let topic = try log.topic(name)
        var rows: [GroupRow] = []
        for group in groups {
            for (partition, position) in group.positions.sorted(by: { $0.key < $1.key }) where partition.topic == name {
                guard let extent = topic.partitions.first(where: { $0.number == partition.partition }) else { continue }
                rows.append(
                    GroupRow(group: group.name, partition: partition.partition, position: position, lag: max(0, extent.committed - position.offset)))
            }
        }
        if json { output.line(object(topic, rows)) } else { show(topic, rows, output) }
        output.flush()
    }

    private func show(_ topic: AdministeredTopic, _ groups: [GroupRow], _ output: ConsoleOutput) {
        output.line(output.style.bold(topic.name) + ": \(topic.partitions.count) partition\(topic.partitions.count == 1 ? "" : "s")")
        if !topic.settings.isEmpty {
            output.line("\n" + output.style.bold("Settings"))
            for (key, value) in topic.settings.sorted(by: { $0.key < $1.key }) { output.line("  \(key)=\(value)") }
        }
        output.line("")
        let brokers = place.isCluster ? ["LEADER", "REPLICAS"] : []
        var table = TextTable(
            ["PARTITION", "START", "END", "COMMITTED", "BYTES", "SEGMENTS"] + brokers, rightAligned: [0, 1, 2, 3, 4, 5, 6])
        for extent in topic.partitions {
            let bytes: String = extent.bytes.map { ByteText.size($0) } ?? "-"
            let segments: String = extent.segments.map { String($0) } ?? "-"
            var row = [String(extent.number), String(extent.start), String(extent.end), String(extent.committed), bytes, segments]
            if place.isCluster {
                row.append(extent.leader.map { String($0) } ?? "-")
                row.append((extent.replicas ?? []).map { String($0) }.joined(separator: ","))
            }
            table.add(row)
        }
        table.lines(output.style).forEach { output.line($0) }
        guard !groups.isEmpty else {
            output.line("\nNo group has a position in it.")
            return
        }
        output.line("")
        table = TextTable(["GROUP", "PARTITION", "POSITION", "LAG", "COMMITTED", "LEDGER"], rightAligned: [1, 2, 3])
        for row in groups {
            table.add([
                row.group, String(row.partition), String(row.position.offset), String(row.lag), row.committedAt,
                ByteText.oneLine(row.position.metadata, limit: 200),
            ])
        }
        table.lines(output.style).forEach { output.line($0) }
    }

    private func object(_ topic: AdministeredTopic, _ groups: [GroupRow]) -> JSONText {
        let extents = topic.partitions.map { extent -> JSONText in
            var fields: [(String, JSONText)] = [
                ("partition", .integer(extent.number)), ("start", .integer(extent.start)), ("end", .integer(extent.end)),
                ("committed", .integer(extent.committed)), ("bytes", extent.bytes.map { .integer($0) } ?? .null),
                ("segments", extent.segments.map { .integer($0) } ?? .null),
            ]
            if let leader = extent.leader { fields.append(("leader", .integer(leader))) }
            if let replicas = extent.replicas { fields.append(("replicas", .array(replicas.map { .integer($0) }))) }
            return .object(fields)
        }
        let positions = groups.map { row -> JSONText in
            .object([
                ("group", .string(row.group)), ("partition", .integer(row.partition)), ("position", .integer(row.position.offset)),
                ("lag", .integer(row.lag)), ("committedAt", row.position.committedMilliseconds == nil ? .null : .string(row.committedAt)),
                ("metadata", .string(row.position.metadata)),
            ])
        }
        return .object([
            ("topic", .string(topic.name)), ("partitions", .integer(topic.partitions.count)),
            ("settings", .object(topic.settings.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
            ("extents", .array(extents)), ("groups", .array(positions)),
        ])
    }
}
