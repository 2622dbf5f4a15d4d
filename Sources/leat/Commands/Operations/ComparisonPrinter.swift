import Foundation
import Pipeline

/// A comparison for people and as JSON.
struct ComparisonPrinter {
    private let report: ComparisonReport

    init(_ report: ComparisonReport) { self.report = report }

    func show(json: Bool) {
        let output = ConsoleOutput()
        defer { output.flush() }
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            if let data = try? encoder.encode(report) { output.line(String(decoding: data, as: UTF8.self)) }
            return
        }
        let style = output.style
        output.line(style.bold("A = \(report.a)   B = \(report.b)"))
        var table = TextTable(["", "DOCUMENTS"], rightAligned: [1])
        table.add(["kept by both", ByteText.count(report.keptByBoth)])
        table.add(["  the same, byte for byte", ByteText.count(report.same)])
        table.add(["  the same but for builds and settings in the lineage", ByteText.count(report.sameButLineage)])
        table.add(["  with other contents", ByteText.count(report.different)])
        table.add(["only in A", ByteText.count(report.onlyA.count)])
        table.add(["only in B", ByteText.count(report.onlyB.count)])
        if report.leftOut > 0 { table.add(["of A not read by the replay, and left out", ByteText.count(report.leftOut)]) }
        table.lines(style).forEach { output.line($0) }
        if !report.differences.isEmpty {
            output.line("\n" + style.bold("Fields that differ"))
            for (field, count) in sorted(report.differences) { output.line("  \(ByteText.count(count))  \(field)") }
        }
        examples(report.differingExamples, output)
        side(report.onlyA, "Only in A: what refused them on the way to B", output)
        side(report.onlyB, "Only in B: what refused them on the way to A", output)
    }

    private func side(_ side: ComparisonReport.Side, _ heading: String, _ output: ConsoleOutput) {
        guard side.count > 0 else { return }
        output.line("\n" + output.style.bold(heading))
        for (rule, count) in sorted(side.rules) { output.line("  \(ByteText.count(count))  \(rule)") }
        examples(side.examples, output)
    }

    private func examples(_ examples: [ComparisonReport.Example], _ output: ConsoleOutput) {
        for example in examples {
            output.line("  - \(example.url.isEmpty ? example.key : ByteText.oneLine(example.url, limit: 160))  \([example.inA.map { "A " + $0 }, example.inB.map { "B " + $0 }].compactMap { $0 }.joined(separator: ", "))")
            output.line("    \(ByteText.oneLine(example.reason, limit: 300))")
            if !example.text.isEmpty { output.line("    " + output.style.dim(ByteText.oneLine(example.text, limit: 160))) }
        }
    }

    private func sorted(_ counts: [String: Int]) -> [(String, Int)] { counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) } }
}
