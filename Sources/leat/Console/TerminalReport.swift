import Foundation
import Pipeline

/// The final report for a terminal.
struct TerminalReport {
    let text: String

    init(_ report: RunReport, folder: String) {
        var lines = [""]
        let header = ["stage", "in", "kept", "rejected", "dead"]
        var rows = [header]
        for name in report.stageOrder {
            let stage = report.stages[name] ?? .init()
            rows.append([name, "\(stage.in)", "\(stage.out)", "\(stage.rejected)", "\(stage.dead)"])
        }
        let widths = header.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        for row in rows {
            lines.append(
                row.indices.map { column in
                    let pad = String(repeating: " ", count: widths[column] - row[column].count)
                    return column == 0 ? row[column] + pad : pad + row[column]
                }.joined(separator: "  "))
        }
        lines.append(
            report.isBalanced
                ? "every stage: in = kept + rejected + dead" : "A STAGE'S LEDGER DOES NOT BALANCE: in is not kept + rejected + dead")
        lines.append("")
        let reasons = report.stages.flatMap { name, stage in stage.rules.map { (name, $0.key, $0.value) } }.sorted { $0.2 > $1.2 }
        if !reasons.isEmpty { lines.append("most frequent refusals") }
        for reason in reasons.prefix(12) {
            let example = report.examples.first { $0.rule == reason.1 }.map { "  e.g. \($0.url.prefix(70))" } ?? ""
            lines.append(String(format: "  %7d  %@/%@", reason.2, reason.0, reason.1) + example)
        }
        let languages = report.languages.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        if !languages.isEmpty {
            lines.append("languages: " + languages.prefix(12).map { "\($0.key) \($0.value)" }.joined(separator: ", "))
        }
        let perSecond = report.seconds > 0 ? Double(report.pagesOfThisRun) / report.seconds : 0
        lines.append(
            String(
                format: "%d documents, %d tokens, %.1f s (%.1f s of processor time), %.0f pages/s, %@ at most in memory", report.documents,
                report.tokens, report.seconds, report.cpuSeconds, perSecond, ByteText.size(report.peakResidentBytes)))
        if let failure = report.lastFailure { lines.append("tasks were started again \(report.restarts) times; the last time because: \(failure)") }
        lines.append("")
        lines.append("lake    \(folder)/lake    \(report.lake.count) Parquet files, \(ByteText.size(report.lake.reduce(0) { $0 + $1.bytes }))")
        lines.append("shards  \(folder)/shards  \(report.shards.count) files, \(ByteText.size(report.shards.reduce(0) { $0 + $1.bytes }))")
        lines.append("report  \(folder)/report.html")
        text = lines.joined(separator: "\n")
    }
}
