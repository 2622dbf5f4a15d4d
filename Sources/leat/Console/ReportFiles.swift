import Foundation
import Pipeline

/// Writes a run's report beside its outputs: `report.json` and `report.html`, each by rename.
enum ReportFiles {
    static func json(_ report: RunReport) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(report), as: UTF8.self)
    }

    static func write(_ report: RunReport, folder: String) throws {
        try Data(try json(report).utf8).write(to: URL(fileURLWithPath: folder + "/report.json"), options: .atomic)
        try Data(HTMLReport(report).text.utf8).write(to: URL(fileURLWithPath: folder + "/report.html"), options: .atomic)
    }
}
