import Console
import Foundation
import Pipeline

/// One stage as `leat stages` shows it.
struct StageRow {
    struct Restoration {
        /// Changelog entries.
        var records: Int
        var bytes: Int?
        var secondsLeft: Double?
    }

    var stage: String
    var group: String
    var `in`: Int
    var out: Int
    var rejected: Int
    var dead: Int
    var lagRecords: Int
    var lagIsExact: Bool
    var lagBytes: Int
    /// Dead letters; nil where the log was not asked.
    var waiting: Int?
    /// Milliseconds since 1970.
    var committed: Int64?
    /// True where no time means that there was no commit.
    var knowsCommits = false
    var commitSeconds: Double?
    var stateBytes: Int?
    var restoring: Restoration?
    var restarts: Int?
    /// Endpoints that told of the stage.
    var processes: Int?
    /// Records a second.
    var rate: Double?

    init(_ line: StageSurvey.Line) {
        (stage, group, `in`, out, rejected, dead) = (line.stage, line.group, line.in, line.out, line.rejected, line.dead)
        (lagRecords, lagIsExact, lagBytes) = (line.lagRecords, line.lagIsExact, line.lagBytes)
    }

    init(_ status: StageStatus) {
        (stage, group, `in`, out, rejected, dead) = (status.stage, status.group, 0, 0, 0, 0)
        (lagRecords, lagIsExact, lagBytes) = (0, false, 0)
    }

    static func table(_ rows: [StageRow]) -> TextTable {
        var table = TextTable(
            ["STAGE", "IN", "OUT", "REJECTED", "DEAD", "WAITING", "LAG", "BYTES", "RATE", "COMMIT", "STATE", "RESTORE", "RESTARTS"],
            rightAligned: [1, 2, 3, 4, 5, 6, 7, 8, 10, 12])
        for row in rows { table.add(row.cells) }
        return table
    }

    private var cells: [String] {
        var cells = [stage]
        for count in [`in`, out, rejected, dead] { cells.append(ByteText.count(count)) }
        cells.append(waiting.map { ByteText.count($0) } ?? "-")
        cells.append((lagIsExact ? "" : "~") + ByteText.count(lagRecords))
        cells.append(ByteText.size(lagBytes))
        cells.append(rate.map { String(format: "%.0f/s", $0) } ?? "-")
        cells.append(committed.map { TimeText.text(milliseconds: $0) } ?? (knowsCommits ? "never" : "-"))
        cells.append(stateBytes.flatMap { $0 == 0 ? nil : ByteText.size($0) } ?? "-")
        cells.append(restoring.map(Self.text) ?? "-")
        cells.append(restarts.map { ByteText.count($0) } ?? "-")
        return cells
    }

    private static func text(_ restoring: Restoration) -> String {
        var text = ByteText.count(restoring.records) + " left"
        if let bytes = restoring.bytes { text += ", " + ByteText.size(bytes) }
        if let seconds = restoring.secondsLeft { text += ", " + TimeText.span(seconds: seconds) }
        return text
    }

    var json: JSONText {
        let left = restoring.map { restoring -> JSONText in
            .object([
                ("records", .integer(restoring.records)), ("bytes", restoring.bytes.map { .integer($0) } ?? .null),
                ("secondsLeft", restoring.secondsLeft.map { .number($0) } ?? .null),
            ])
        }
        return .object([
            ("stage", .string(stage)), ("group", .string(group)), ("in", .integer(`in`)), ("out", .integer(out)),
            ("rejected", .integer(rejected)), ("dead", .integer(dead)), ("waiting", waiting.map { .integer($0) } ?? .null),
            ("lagRecords", .integer(lagRecords)), ("lagIsExact", .bool(lagIsExact)), ("lagBytes", .integer(lagBytes)),
            ("rate", rate.map { .number($0) } ?? .null), ("stateBytes", stateBytes.map { .integer($0) } ?? .null),
            ("committedAt", committed.map { .string(TimeText.text(milliseconds: $0)) } ?? .null),
            ("commitSeconds", commitSeconds.map { .number($0) } ?? .null), ("restoring", left ?? .null),
            ("restarts", restarts.map { .integer($0) } ?? .null), ("processes", processes.map { .integer($0) } ?? .null),
        ])
    }
}
