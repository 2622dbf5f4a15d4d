import ArgumentParser
import Coordination
import LogStorage
import Records
import SystemIO

/// `leat log dump`.
struct LogDump: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dump",
        abstract: "Prints the header of every batch; with --records, every record too.",
        discussion: """
            PLACE is a topic of the data folder, a partition's folder, or one .log file. Of a topic with segments in a remote store that
            --remote (or LEAT_REMOTE) names, what is there alone comes first.

            Batches with a wrong checksum are named with their place and passed over; the exit code is then 1. (A torn tail, which is what
            a batch looks like that is being written, is named too and is no failure.)
            --json prints an object a batch; with --records it holds them.
            """)

    @Argument(help: "A topic, a folder or a file.") var place: String
    @OptionGroup var data: DataFolderOption
    @OptionGroup var remote: RemoteOption
    @Option(help: "Of a topic: only this partition.") var partition: Int32?
    @Flag(help: "Print records too.") var records = false
    @Flag(help: "One JSON object a batch.") var json = false

    func run() throws {
        let output = ConsoleOutput()
        let files = PosixFileSystem()
        let printer = LogDumpPrinter(output: output, showsRecords: records, json: json)
        var findings: [LogDumpFinding] = []
        if place.hasSuffix(".log"), try files.fileExists(place) {
            findings = try LogDumpFile(path: place).forEachBatch { try printer.write($0, topic: "") }
        } else if try place.contains("/") && files.folderExists(place) {
            findings = try dump(place, topic: "", printer)
        } else {
            let log = try data.reader()
            let store = try remote.store()
            for (partition, folder) in try LogCommand.folders(of: place, partition, log) {
                if !json { output.line(output.style.bold("\(partition)") + "  " + folder) }
                if let inspector = try LogCommand.remote(of: partition, log, store) {
                    let local = try LogInspector(folder: folder, fileSystem: files).firstOffset() ?? .max
                    findings += try inspector.forEachBatch { batch in
                        guard batch.header.baseOffset < local else { return false }
                        try printer.write(LogDumpBatch(batch), topic: place)
                        return true
                    }.map(LogDumpFinding.init)
                }
                findings += try dump(folder, topic: place, printer)
            }
        }
        for finding in findings { output.warn(finding.text) }
        output.flush()
        if findings.contains(where: { $0.isDamage }) { throw ExitCode.failure }
    }

    private func dump(_ folder: String, topic: String, _ printer: LogDumpPrinter) throws -> [LogDumpFinding] {
        guard try PosixFileSystem().list(folder).contains(where: { $0.hasSuffix(".log") }) else {
            throw CommandFailure("\(folder) holds no .log file: name a partition's folder, <data>/log/<topic id>/<number>")
        }
        return try LogInspector(folder: folder, fileSystem: PosixFileSystem()).forEachBatch { batch in
            try printer.write(LogDumpBatch(batch), topic: topic)
            return true
        }.map(LogDumpFinding.init)
    }
}

/// A batch whose checksum is right, and where it lies.
struct LogDumpBatch {
    var file: String
    var position: Int64
    var header: RecordBatchHeader
    /// The whole batch.
    var bytes: [UInt8]
}

extension LogDumpBatch {
    init(_ batch: LogInspector.Batch) { self.init(file: batch.file, position: batch.position, header: batch.header, bytes: batch.bytes) }
}

/// Something that could not be dumped.
struct LogDumpFinding {
    /// Records cannot be read; otherwise they were not written to the end.
    var isDamage: Bool
    var text: String
}

extension LogDumpFinding {
    init(_ finding: LogInspector.Finding) { self.init(isDamage: finding.severity == .damage, text: finding.description) }
}

/// One segment's file by itself.
struct LogDumpFile {
    let path: String

    func forEachBatch(_ body: (LogDumpBatch) throws -> Void) throws -> [LogDumpFinding] {
        let file = try PosixFileSystem().open(path, .read)
        defer { file.close() }
        let size = try file.size()
        var position: Int64 = 0
        var findings: [LogDumpFinding] = []
        while position < size {
            let head = try file.read(count: RecordBatchHeader.size, at: position)
            guard let header = try? RecordBatchHeader(head.span.bytes), Int64(header.byteCount) <= size - position else {
                // Without a header there is no telling where the next batch is; a whole partition's walk searches for it.
                findings.append(
                    LogDumpFinding(
                        isDamage: true,
                        text: "damage: \(path) at byte \(position): no whole batch begins here; "
                            + "dump the folder to have the batches behind it"))
                break
            }
            let bytes = try file.read(count: header.byteCount, at: position)
            if let reason = Self.damage(bytes) {
                findings.append(LogDumpFinding(isDamage: true, text: "damage: \(path) at byte \(position): \(reason)"))
            } else {
                try body(LogDumpBatch(file: path, position: position, header: header, bytes: bytes))
            }
            position += Int64(header.byteCount)
        }
        return findings
    }

    private static func damage(_ batch: [UInt8]) -> String? {
        do throws(RecordError) {
            _ = try RecordBatchHeader(checking: batch.span.bytes)
            return nil
        } catch { return "\(error)" }
    }
}
