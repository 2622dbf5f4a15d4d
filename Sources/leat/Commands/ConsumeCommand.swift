import ArgumentParser
import Broker
import Coordination
import Foundation
import Records

/// `leat consume`.
struct ConsumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consume",
        abstract: "Prints values; with a group, goes on where the group stopped.",
        discussion: """
            Examples:
              leat consume notes                          all values, a line each; takes no lock
              leat consume notes --group me -n 100        the group's next 100; run it again for the 100 after them
              leat consume notes --group me --follow
              leat consume docs.unique --json | jq -r .value.text

            A group's position is committed after what was printed is written: a killed consumer prints some records again and leaves
            none out. Committing needs the folder for itself, so stop `leat run` first; without --group nothing is locked or written.
            On a cluster --group joins the group, and shares the partitions with its other members; it begins at --from earliest or
            latest where the group has no position (`leat groups reset` moves it elsewhere).
            Values are printed as they are, each with a line end; records without a value are passed over. --json prints what
            `leat tail --json` prints.

            \(PlaceOption.explanation)
            """)

    @Argument(help: "The topic.") var topic: String
    @OptionGroup var place: PlaceOption
    @Option(help: "The group whose position is read and committed.") var group: String?
    @Option(help: "Only this partition.") var partition: Int32?
    @Option(
        name: .customLong("from"), parsing: .unconditional,
        help: ArgumentHelp("Where to begin, and where a group begins that has no position: " + TailStart.help, valueName: "place"))
    var start: TailStart = .earliest
    @Option(name: [.customShort("n"), .customLong("count")], help: "Stop after so many records.") var count: Int?
    @Flag(name: [.short, .long], help: "Wait for more.") var follow = false
    @Flag(help: "One JSON object a line.") var json = false

    /// A position is committed at least this often, in records.
    private static let commitInterval = 1_000

    func validate() throws {
        if group?.isEmpty == true { throw ValidationError("--group: a name is needed") }
        if let count, count < 0 { throw ValidationError("-n \(count): a number from 0 on is needed") }
        if place.isCluster, group != nil {
            guard start == .earliest || start == .latest else {
                throw ValidationError("--group on a cluster begins at --from earliest or latest; `leat groups reset` moves it elsewhere")
            }
            if partition != nil { throw ValidationError("--partition: which partitions a member of a group reads is its coordinator's to say") }
        }
    }

    func run() throws {
        guard !place.isCluster else {
            try ConsumeCluster(
                place: place, topic: topic, group: group, partition: partition, start: start, count: count, follow: follow, json: json
            ).run()
            return
        }
        let log = try place.reader()
        let partitions = try TailCommand.partitions(of: topic, partition, log)
        let broker = try group.map { try Broker.owning(place.folder, to: "consume as group \($0)") }
        defer { try? broker?.close() }
        let output = ConsoleOutput()
        let line = TailLine(json: json, raw: !json)
        let records = try TailRecords(
            log, partitions,
            from: { partition in
                guard let group, let position = broker?.position(of: group, in: partition) else { return start }
                return .offset(position.offset)
            }, isolation: .committed, output: output)
        var left = count ?? .max
        var positions: [TopicPartition: Int64] = [:]
        var uncommitted = 0
        while left > 0 {
            guard let (partition, record) = try records.next() else {
                try commit(&positions, broker, output)
                uncommitted = 0
                guard follow else { break }
                Thread.sleep(forTimeInterval: 0.1)
                continue
            }
            positions[partition] = record.offset + 1
            uncommitted += 1
            if record.value != nil {
                line.write(record, of: partition, to: output)
                left -= 1
            }
            if uncommitted == Self.commitInterval {
                try commit(&positions, broker, output)
                uncommitted = 0
            }
        }
        try commit(&positions, broker, output)
    }

    private func commit(_ positions: inout [TopicPartition: Int64], _ broker: Broker?, _ output: ConsoleOutput) throws {
        output.flush()
        defer { positions = [:] }
        guard let broker, let group, !positions.isEmpty else { return }
        try broker.commitPositions(
            positions.sorted { $0.key < $1.key }.map {
                OffsetCommit(group: group, partition: $0.key, position: OffsetAndMetadata(offset: $0.value))
            })
    }
}
