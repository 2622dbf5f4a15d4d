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

            With --remote (or LEAT_REMOTE) the segments in the remote store are read too; they have lines of their own.

            --json prints an object a partition: {"topic","partition","segments","batches","records","bytes","findings":[…]}, with
            "remote":{"segments","batches","records","bytes"} where the remote store was read.
            """)

    @Argument(help: "Topics; all where none is named.") var topics: [String] = []
    @OptionGroup var data: DataFolderOption
    @OptionGroup var remote: RemoteOption
    @Flag(help: "One JSON object a partition.") var json = false

    func run() throws {
        let output = ConsoleOutput()
        let log = try data.reader()
        let store = try remote.store()
        var unread = 0
        var (total, distant) = (LogInspector.Summary(), LogInspector.Summary())
        var findings: [LogInspector.Finding] = []
        var table = TextTable(["PARTITION", "SEGMENTS", "BATCHES", "RECORDS", "BYTES", "FINDINGS"], rightAligned: [1, 2, 3, 4, 5])
        for topic in topics.isEmpty ? try log.topics().map(\.name) : topics {
            for (partition, folder) in try LogCommand.folders(of: topic, nil, log) {
                let inspector = try LogCommand.remote(of: partition, log, store)
                if try inspector == nil && log.remoteKey(of: partition) != nil { unread += 1 }
                let summary = try Self.verify(folder)
                let there = try inspector.map { try Self.verify($0, folder) }
                total.add(summary)
                if let there { distant.add(there) }
                findings += summary.findings + (there?.findings ?? [])
                if json { output.line(object(partition, summary, there)) }
                table.add(row("\(partition)", summary))
                if let there { table.add(row("\(partition) remote", there)) }
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
            let elsewhere = store == nil ? "" : ", \(ByteText.count(distant.records)) in \(ByteText.size(distant.bytes)) of the remote store"
            output.line("\n\(ByteText.count(total.records)) records in \(ByteText.size(total.bytes))\(elsewhere): \(verdict)")
            if unread > 0 {
                output.line("\(unread) partition\(unread == 1 ? " has" : "s have") segments in a remote store, which was not read: name it with --remote")
            }
        }
        output.flush()
        if damage > 0 { throw ExitCode.failure }
    }

    private func row(_ name: String, _ summary: LogInspector.Summary) -> [String] {
        [
            name, String(summary.segments), ByteText.count(summary.batches), ByteText.count(summary.records), ByteText.size(summary.bytes),
            String(summary.findings.count),
        ]
    }

    /// What is in the remote store, and whether it reaches up to what is here.
    private static func verify(_ inspector: RemoteInspector, _ folder: String) throws -> LogInspector.Summary {
        var summary = try inspector.verify()
        if let end = inspector.endOffset, let first = try LogInspector(folder: folder, fileSystem: PosixFileSystem()).firstOffset(), first > end {
            summary.findings.append(
                .init(severity: .damage, file: folder, position: 0, reason: "offsets \(end) to \(first - 1) are neither here nor in the remote store"))
        }
        return summary
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

    private static func counts(_ summary: LogInspector.Summary) -> [(String, JSONText)] {
        [
            ("segments", .integer(summary.segments)), ("batches", .integer(summary.batches)), ("records", .integer(summary.records)),
            ("bytes", .integer(summary.bytes)),
        ]
    }

    private func object(_ partition: TopicPartition, _ summary: LogInspector.Summary, _ remote: LogInspector.Summary?) -> JSONText {
        let remoteCounts = remote.map { [("remote", JSONText.object(Self.counts($0)))] } ?? []
        return .object([("topic", .string(partition.topic)), ("partition", .integer(partition.partition))] + Self.counts(summary) + remoteCounts + [
            (
                "findings",
                .array(
                    (summary.findings + (remote?.findings ?? [])).map {
                        .object([
                            ("severity", .string($0.severity.rawValue)), ("file", .string($0.file)), ("position", .integer($0.position)),
                            ("reason", .string($0.reason)),
                        ])
                    })
            ),
        ])
    }
}

extension LogInspector.Summary {
    fileprivate mutating func add(_ other: LogInspector.Summary) {
        records += other.records
        bytes += other.bytes
    }
}
