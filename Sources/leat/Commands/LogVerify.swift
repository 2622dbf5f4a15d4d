import ArgumentParser
import Broker
import Coordination
import LogStorage
import SystemIO

/// `leat log verify`.
struct LogVerify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Reads every batch and record of the log, and names what is not as it was written.",
        discussion: """
            Findings: "damage" means records that cannot be read; the exit code is then 1. A "torn tail" is what a crash leaves at the end
            of a log, or a batch that is being written now; opening the log cuts it. An "index" that disagrees is made anew when the log is opened.

            --json prints an object a partition: {"topic","partition","segments","batches","records","bytes","findings":[…]}.
            """)

    @Argument(help: "Topics; all where none is named.") var topics: [String] = []
    @OptionGroup var data: DataFolderOption
    @Flag(help: "One JSON object a partition.") var json = false

    func run() throws {
        let output = ConsoleOutput()
        let log = try data.reader()
        var records = 0
        var bytes: Int64 = 0
        var findings: [LogInspector.Finding] = []
        var table = TextTable(["PARTITION", "SEGMENTS", "BATCHES", "RECORDS", "BYTES", "FINDINGS"], rightAligned: [1, 2, 3, 4, 5])
        for topic in topics.isEmpty ? try log.topics().map(\.name) : topics {
            for (partition, folder) in try LogCommand.folders(of: topic, nil, log) {
                let summary = try Self.verify(folder)
                records += summary.records
                bytes += summary.bytes
                findings += summary.findings
                if json { output.line(object(partition, summary)) }
                table.add([
                    "\(partition)", String(summary.segments), ByteText.count(summary.batches), ByteText.count(summary.records),
                    ByteText.size(summary.bytes), String(summary.findings.count),
                ])
            }
        }
        let damage = findings.filter { $0.severity == .damage }.count
        if !json {
            table.lines(output.style).forEach { output.line($0) }
            if !findings.isEmpty { output.line("") }
            for finding in findings {
                output.line(finding.severity == .damage ? output.style.red("\(finding)") : output.style.yellow("\(finding)"))
            }
            let verdict = damage == 0 ? output.style.green("no damage") : output.style.red("\(damage) damaged place\(damage == 1 ? "" : "s")")
            output.line("\n\(ByteText.count(records)) records in \(ByteText.size(bytes)): \(verdict)")
        }
        output.flush()
        if damage > 0 { throw ExitCode.failure }
    }

    /// Again where a segment went away by retention while it was walked through.
    private static func verify(_ folder: String) throws -> LogInspector.Summary {
        for _ in 0..<5 {
            do {
                return try LogInspector(folder: folder, fileSystem: PosixFileSystem()).verify()
            } catch let error as SystemIOError where error.isNotFound { continue }
        }
        throw CommandFailure("\(folder): segments go away faster than they can be read; stop the process that writes, or verify again later")
    }

    private func object(_ partition: TopicPartition, _ summary: LogInspector.Summary) -> JSONText {
        .object([
            ("topic", .string(partition.topic)), ("partition", .integer(partition.partition)), ("segments", .integer(summary.segments)),
            ("batches", .integer(summary.batches)), ("records", .integer(summary.records)), ("bytes", .integer(summary.bytes)),
            (
                "findings",
                .array(
                    summary.findings.map {
                        .object([
                            ("severity", .string($0.severity.rawValue)), ("file", .string($0.file)), ("position", .integer($0.position)),
                            ("reason", .string($0.reason)),
                        ])
                    })
            ),
        ])
    }
}
