import Foundation
import Pipeline

/// The report as one HTML file that needs no network: funnel, refusals with examples, languages, lengths, outputs.
struct HTMLReport {
    let text: String

    init(_ report: RunReport) {
        var body = "<h1>What the run made</h1>"
        body += Self.summary(report)
        body += Self.funnel(report)
        body += Self.refusals(report)
        body += Self.bars("Languages of kept documents", report.languages.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(30).map { ($0.key, $0.value) })
        let lengths = report.lengths.compactMap { key, count in Int(key).map { ($0, count) } }.sorted { $0.0 < $1.0 }
        body += Self.bars("Lengths of kept documents, characters", lengths.map { ("under \(1 << $0.0)", $0.1) })
        body += Self.outputs("Token shards", report.shards, unit: "tokens")
        body += Self.outputs("Lake", report.lake, unit: "rows")
        text = """
            <!doctype html><html lang="en"><meta charset="utf-8"><title>Leat: run report</title><style>
            body{font:15px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem;color:#1b2733}
            table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}td,th{padding:.25rem .6rem;text-align:left;border-bottom:1px solid #dde3e8;vertical-align:top}
            td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}.bar{display:flex;height:1.1rem;background:#eef2f5;min-width:12rem}
            .k{background:#2f7d5b}.r{background:#d9822b}.d{background:#b3261e}.b{background:#3a6ea5}small{color:#5b6b7a}
            </style>\(body)</html>
            """
    }

    private static func summary(_ report: RunReport) -> String {
        let rate = report.seconds > 0 ? Double(report.pagesOfThisRun) / report.seconds : 0
        let balance = report.isBalanced ? "Every stage: in = kept + rejected + dead." : "<b>A stage's ledger does not balance.</b>"
        return """
            <p>\(report.documents) documents, \(report.tokens) tokens, \(ByteText.size(report.bytes)) of outputs. \
            \(String(format: "%.1f s, %.1f s of processor time, %.0f pages/s", report.seconds, report.cpuSeconds, rate)), \
            \(ByteText.size(report.peakResidentBytes)) of memory at most. \(balance)</p>
            """
    }

    private static func funnel(_ report: RunReport) -> String {
        let most = max(1, report.stageOrder.compactMap { report.stages[$0]?.in }.max() ?? 1)
        var html = "<h2>Stages</h2><table><tr><th>stage<th class=n>in<th class=n>kept<th class=n>rejected<th class=n>dead<th></tr>"
        for name in report.stageOrder {
            let stage = report.stages[name] ?? .init()
            func width(_ count: Int) -> String { String(format: "%.2f%%", 100 * Double(count) / Double(most)) }
            html += """
                <tr><td>\(escape(name))<td class=n>\(stage.in)<td class=n>\(stage.out)<td class=n>\(stage.rejected)<td class=n>\(stage.dead)\
                <td><div class=bar><div class=k style="width:\(width(stage.out))"></div><div class=r style="width:\(width(stage.rejected))"></div>\
                <div class=d style="width:\(width(stage.dead))"></div></div></tr>
                """
        }
        return html + "</table>"
    }

    private static func refusals(_ report: RunReport) -> String {
        var html = "<h2>Refusals</h2><table><tr><th>stage<th>rule<th class=n>documents<th>examples</tr>"
        for name in report.stageOrder {
            for (rule, count) in (report.stages[name]?.rules ?? [:]).sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
                let examples = report.examples.filter { $0.rule == rule }.map { example in
                    let measured = "\(example.detail.isEmpty ? "" : escape(example.detail) + ", ")measured \(number(example.value)), threshold \(number(example.threshold))"
                    return "<div>\(escape(example.url))<br><small>\(measured)</small><br><small>\(escape(example.text))</small></div>"
                }.joined()
                html += "<tr><td>\(escape(name))<td>\(escape(rule))<td class=n>\(count)<td>\(examples)</tr>"
            }
        }
        return html + "</table>"
    }

    private static func bars(_ title: String, _ rows: [(String, Int)]) -> String {
        guard !rows.isEmpty else { return "" }
        let most = max(1, rows.map(\.1).max() ?? 1)
        return "<h2>\(title)</h2><table>"
            + rows.map { name, count in
                "<tr><td>\(escape(name))<td class=n>\(count)<td><div class=bar><div class=b style=\"width:\(String(format: "%.2f%%", 100 * Double(count) / Double(most)))\"></div></div></tr>"
            }.joined() + "</table>"
    }

    private static func outputs(_ title: String, _ files: [RunReport.Output], unit: String) -> String {
        guard !files.isEmpty else { return "" }
        return "<h2>\(title)</h2><table><tr><th>file<th class=n>\(unit)<th class=n>size</tr>"
            + files.map { "<tr><td>\(escape($0.path))<td class=n>\($0.items)<td class=n>\(ByteText.size($0.bytes))</tr>" }.joined() + "</table>"
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : String(format: "%.4g", value)
    }

    /// Page text is hostile: nothing of it may become markup.
    private static func escape(_ text: some StringProtocol) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }
}
