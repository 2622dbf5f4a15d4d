import ArgumentParser
import Foundation
import LogClient
import Pipeline

/// `leat verify`: proves that nothing was lost and nothing doubled.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Prove the ledger: in = out + rejected + dead for every stage and partition, and the topics and files hold what it says.",
        discussion: """
            Each stage commits with its positions what became of its records. This checks
              balance      in = out + rejected + dead, for each stage and partition
              input        what was read is what the input topic holds below the position
              output       what passed is what the output topic holds
              rejections   what was refused is what docs.rejected holds of the stage
              deadLetters  what could not be handled is what the stage's dead letters hold
              upstream     what the stage before passed is what this one has read, or still has before it
              files        manifests, sealed and open files of shards and lake hold what was counted, in the size that they say
            A topic from which retention has taken something is compared where that is still possible; notes say what was not. Nothing is locked: it works \
            beside a running pipeline, where stages that moved meanwhile are noted and not judged. (The files of the log: `leat log verify`.)

            EXAMPLES
              leat verify --data web
              leat verify --data web --ledger-only            reads positions alone, in a moment
              leat verify --data web --json | jq .findings

            EXIT CODES: 0 proven · 1 something does not add up, or it failed · 64 the command line is wrong.
            """)

    @OptionGroup var options: EngineOptions
    @Flag(help: "Check the committed positions alone; read no topic.") var ledgerOnly = false
    @Flag(help: "One JSON object.") var json = false

    func run() throws {
        let map = PipelineMap(recipe: try options.recipe())
        var report = try options.look().use { opened in
            try LedgerAudit.run(
                opened.engine, map, files: options.place.isCluster ? nil : PublishedFiles(dataFolder: options.place.folder), readsContents: !ledgerOnly)
        }
        if !report.isProven { try options.look().use { try LedgerAudit.settle(&report, against: $0.engine, map) } }
        show(report)
        if !report.isProven { throw ExitCode(1) }
    }

    private func show(_ report: AuditReport) {
        let output = ConsoleOutput()
        defer { output.flush() }
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            if let data = try? encoder.encode(report) { output.line(String(decoding: data, as: UTF8.self)) }
            return
        }
        var table = TextTable(["STAGE", "PARTITION", "POSITION", "IN", "OUT", "REJECTED", "DEAD"], rightAligned: [2, 3, 4, 5, 6])
        for line in report.lines {
            table.add([line.stage, line.partition, String(line.position)] + [line.in, line.out, line.rejected, line.dead].map { ByteText.count($0) })
        }
        table.lines(output.style).forEach { output.line($0) }
        output.line("")
        for note in report.notes { output.line("note: " + note) }
        for finding in report.findings {
            let place = finding.partition.map { " " + $0 } ?? ""
            output.line(output.style.red("WRONG") + " \(finding.check.rawValue) \(finding.stage)\(place): \(finding.words) (difference \(finding.difference))")
        }
        output.line(
            report.isProven
                ? output.style.green("proven") + ": \(report.checks) comparisons, nothing lost, nothing doubled"
                : "\(report.findings.count) of \(report.checks) comparisons do not add up")
    }
}
