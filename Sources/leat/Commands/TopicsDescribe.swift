import ArgumentParser
import Broker
import Coordination

/// `leat topics describe`.
struct TopicsDescribe: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe",
        abstract: "One topic: settings, partitions, and the groups that read it with their lag.",
        discussion: """
            LAG is how many offsets lie between a group's position and the end of what is committed. LEDGER is what a stage counted
            for that partition: in = out + rejected + dead.

            --json prints one object: {"topic","partitions","settings","extents":[…],"groups":[…]}.
            """)

    @Argument(help: "The topic.") var name: String
    @OptionGroup var data: DataFolderOption
    @Flag(help: "One JSON object.") var json = false

    private struct GroupRow {
        var group: String
        var partition: Int32
        var position: SharedGroupPosition
        var lag: Int64
    }

    func run() throws {
        let output = ConsoleOutput()
        let log = try data.reader()
        let topic = try log.topic(name)
        // Positions first: an end that is read later cannot lie before them.
        let positions = try log.positions()
        let extents = try (0..<topic.partitions).map { try log.extent(of: TopicPartition(name, $0)) }
        var groups: [GroupRow] = []
        for (group, partitions) in positions.sorted(by: { $0.key < $1.key }) {
            for (partition, position) in partitions.sorted(by: { $0.key < $1.key })
            where partition.topic == name && extents.indices.contains(Int(partition.partition)) {
                let lag = max(0, extents[Int(partition.partition)].stableOffset - position.position.offset)
                groups.append(GroupRow(group: group, partition: partition.partition, position: position, lag: lag))
            }
        }
        if json { output.line(object(topic, extents, groups)) } else { show(topic, extents, groups, output) }
        output.flush()
    }

    private func show(_ topic: TopicDeclaration, _ extents: [SharedPartitionExtent], _ groups: [GroupRow], _ output: ConsoleOutput) {
        output.line(output.style.bold(topic.name) + ": \(topic.partitions) partition\(topic.partitions == 1 ? "" : "s")")
        if !topic.settings.isEmpty {
            output.line("\n" + output.style.bold("Settings"))
            for (key, value) in topic.settings.sorted(by: { $0.key < $1.key }) { output.line("  \(key)=\(value)") }
        }
        output.line("")
        var table = TextTable(["PARTITION", "START", "END", "COMMITTED", "BYTES", "SEGMENTS"], rightAligned: [0, 1, 2, 3, 4, 5])
        for (number, extent) in extents.enumerated() {
            table.add([
                String(number), String(extent.startOffset), String(extent.endOffset), String(extent.stableOffset),
                ByteText.size(extent.bytes), String(extent.segments),
            ])
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
                row.group, String(row.partition), String(row.position.position.offset), String(row.lag),
                TimeText.text(milliseconds: row.position.committedMilliseconds),
                ByteText.oneLine(row.position.position.metadata, limit: 200),
            ])
        }
        table.lines(output.style).forEach { output.line($0) }
    }

    private func object(_ topic: TopicDeclaration, _ extents: [SharedPartitionExtent], _ groups: [GroupRow]) -> JSONText {
        .object([
            ("topic", .string(topic.name)), ("partitions", .integer(topic.partitions)),
            ("settings", .object(topic.settings.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
            (
                "extents",
                .array(
                    extents.enumerated().map { number, extent in
                        .object([
                            ("partition", .integer(number)), ("start", .integer(extent.startOffset)), ("end", .integer(extent.endOffset)),
                            ("committed", .integer(extent.stableOffset)), ("bytes", .integer(extent.bytes)),
                            ("segments", .integer(extent.segments)),
                        ])
                    })
            ),
            (
                "groups",
                .array(
                    groups.map { row in
                        .object([
                            ("group", .string(row.group)), ("partition", .integer(row.partition)),
                            ("position", .integer(row.position.position.offset)), ("lag", .integer(row.lag)),
                            ("committedAt", .string(TimeText.text(milliseconds: row.position.committedMilliseconds))),
                            ("metadata", .string(row.position.position.metadata)),
                        ])
                    })
            ),
        ])
    }
}
