import ArgumentParser
import Broker
import Coordination
import Foundation
import Records

/// `leat tail`.
struct TailCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail",
        abstract: "Shows a topic's records, decoded; follows it; takes no lock.",
        discussion: """
            Examples:
              leat tail docs.unique                             the last 10 documents, one line each
              leat tail docs.rejected -n 1000 --grep too_short  the last 1,000 that a rule refused, with these letters in them
              leat tail web.pages --follow                      pages as they come in
              leat tail docs.filtered --offset 2026-01-31T12:00 --headers
              leat tail docs.tokenized --offset earliest --json | jq .value.tokens.count
              leat tail web.pages --partition 0 --offset 4711 -n 1 --raw    one WARC record as it is
              leat tail docs.rejected --brokers localhost:9092 --follow     the same on a Kafka cluster

            Without --offset the last COUNT records that match are shown, 10 by default; with it, COUNT records from there, or all.
            Several partitions are shown as one stream, of what is there the oldest first. Committed records are shown; --uncommitted
            shows those of open and aborted transactions too. Progress marks are left out; --marks shows them.

            Of a data folder what is shown is on this disk; of a topic whose old segments are in a remote store --brokers shows all.

            --json prints an object a line: {"topic","partition","offset","timestamp" (ms),"key","headers","value"}; values of our
            own schemas are objects with the schema's field names (topics/schemas/*.proto; 64-bit numbers are strings, as protobuf's JSON has
            them), text is a string, other bytes {"base64":…}.
            """)

    @Argument(help: "The topic.") var topic: String
    @OptionGroup var place: PlaceOption
    @Option(help: "Only this partition.") var partition: Int32?
    @Option(name: [.customLong("offset"), .customLong("from")], parsing: .unconditional, help: ArgumentHelp(TailStart.help, valueName: "place"))
    var start: TailStart?
    @Option(name: [.customShort("n"), .customLong("count")], help: "Stop after so many records.") var count: Int?
    @Flag(name: [.short, .long], help: "Wait for more.") var follow = false
    @Option(help: ArgumentHelp("Only records with this in their key.", valueName: "text")) var key: String?
    @Option(help: ArgumentHelp("Only records whose line, as shown, has this in it; with --raw, their bytes.", valueName: "text")) var grep: String?
    @Flag(help: "Show headers.") var headers = false
    @Flag(help: "Show progress marks.") var marks = false
    @Flag(help: "Values alone, their bytes as they are.") var raw = false
    @Flag(help: "One JSON object a line.") var json = false
    @Flag(help: "Show records of open and aborted transactions too.") var uncommitted = false

    func validate() throws {
        if raw && json { throw ValidationError("--raw and --json exclude each other") }
        if let count, count < 0 { throw ValidationError("-n \(count): a number from 0 on is needed") }
    }

    func run() throws {
        let output = ConsoleOutput()
        let line = TailLine(showsHeaders: headers, json: json, raw: raw)
        let newest = start == nil ? count ?? 10 : nil
        let next = try source(newest.map { .last($0) } ?? start ?? .latest, newest, output)
        var left = start == nil && follow ? Int.max : count ?? (newest ?? .max)
        while left > 0 {
            guard let (partition, record) = try next() else {
                output.flush()
                guard follow else { break }
                Thread.sleep(forTimeInterval: 0.1)
                continue
            }
            guard isWanted(record) else { continue }
            line.write(record, of: partition, to: output)
            left -= 1
        }
        output.flush()
    }

    /// Gives one record after the other, nil where there is nothing more for now.
    private func source(_ start: TailStart, _ newest: Int?, _ output: ConsoleOutput) throws -> () throws -> (partition: TopicPartition, record: Record)? {
        if place.isCluster {
            let records = try TailCluster(place, topic: topic, only: partition, from: start, uncommitted: uncommitted, isWanted: isWanted)
            if let newest { records.keepNewest(newest) }
            return { try records.next() }
        }
        let log = try place.reader()
        let partitions = try TailCommand.partitions(of: topic, partition, log)
        let records = try TailRecords(
            log, partitions, from: { _ in start }, isolation: uncommitted ? .uncommitted : .committed, output: output, isWanted: isWanted)
        if let newest { records.keepNewest(newest) }
        return { try records.next() }
    }

    static func partitions(of topic: String, _ only: Int32?, _ log: SharedLogReader) throws -> [TopicPartition] {
        let declaration = try log.topic(topic)
        guard let only else { return (0..<declaration.partitions).map { TopicPartition(topic, $0) } }
        let partition = TopicPartition(topic, only)
        _ = try log.path(of: partition)
        return [partition]
    }

    private func isWanted(_ record: Record) -> Bool {
        if !marks, TailLine.mark(record) != nil { return false }
        if let key, !contains(record.key ?? [], key) { return false }
        guard let grep else { return true }
        if contains(record.value ?? [], grep) || contains(record.key ?? [], grep) { return true }
        return !raw && contains(Array(TailDecoding.content(record, topic: topic).summary.utf8), grep)
    }

    private func contains(_ bytes: [UInt8], _ text: String) -> Bool {
        text.isEmpty || Data(bytes).range(of: Data(text.utf8)) != nil
    }
}
