import ArgumentParser
import Foundation
import LogClient
import Pipeline

/// `leat stages`: how the stages stand, and how they are bound together.
struct StagesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stages",
        abstract: "Each stage's rate, lag, state, last commit and dead letters; and the topology as text and as a picture.",
        discussion: """
            EXAMPLES
              leat stages                                     once
              leat stages --watch                             live, with rates; stop with an interrupt
              leat stages --json
              leat stages describe
              leat stages describe --dot | dot -Tsvg > pipeline.svg
              leat stages describe --mermaid
            """,
        subcommands: [StagesList.self, StagesDescribe.self], defaultSubcommand: StagesList.self)
}

/// `leat stages list`.
struct StagesList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "How the stages stand, from the log itself; nothing is locked.",
        discussion: """
            LAG is what a stage has yet to handle: records, and about how many bytes; ~ marks offsets, which count progress marks too. RATE is records a second \
            between two looks, and needs --watch. STATE is what its tasks hold on disk. COMMIT is when the group last committed. WAITING is how many dead letters \
            were neither put back nor dropped.

            --json prints an object a stage: {"stage","group","in","out","rejected","dead","waiting","lagRecords","lagIsExact","lagBytes","rate","stateBytes",
            "committedAt"}; rate and committedAt are null where they are not known.
            """)

    @OptionGroup var options: EngineOptions
    @Flag(help: "Look again and again.") var watch = false
    @Option(help: ArgumentHelp("With --watch: how often.", valueName: "seconds")) var interval = 2.0
    @Option(help: ArgumentHelp("With --watch: stop after so many looks.", valueName: "count")) var looks: Int?
    @Flag(help: "One JSON object a line.") var json = false

    func validate() throws {
        guard (0.1...3_600).contains(interval) else { throw ValidationError("--interval \(interval): 0.1 to 3600 seconds are allowed") }
        if let looks, looks < 1 { throw ValidationError("--looks \(looks): at least 1 is needed") }
    }

    func run() throws {
        let map = PipelineMap(recipe: try options.recipe())
        let output = ConsoleOutput()
        var before: [String: (records: Int, time: Date)] = [:]
        var left = watch ? looks ?? .max : 1
        let redraws = watch && !json && isatty(1) == 1
        while left > 0 {
            let rows = try look(map, &before)
            if redraws { output.line("\u{1B}[H\u{1B}[2J\(TimeText.text(milliseconds: PipelineRunner.wallMilliseconds()))") }
            if json { rows.forEach { output.line($0.json) } } else { show(rows, output) }
            output.flush()
            left -= 1
            if left > 0 { Thread.sleep(forTimeInterval: interval) }
        }
    }

    private func look(_ map: PipelineMap, _ before: inout [String: (records: Int, time: Date)]) throws -> [StageRow] {
        try options.look().use { opened in
            let now = Date()
            var waiting: [String: Int] = [:]
            try DeadLetterBox(opened.engine, map).forEach(DeadLetterFilter()) { entry in
                waiting[entry.letter.stage, default: 0] += 1
                return true
            }
            let lines = try StageSurvey(opened.engine, map).lines()
            let commits = try commits(opened, lines.map(\.group))
            return lines.map { line in
                var row = StageRow(line: line, waiting: waiting[line.stage] ?? 0, committed: commits[line.group])
                row.stateBytes = options.place.isCluster ? nil : FolderSize.bytes(options.place.folder + "/state/" + line.stage)
                if let last = before[line.stage] { row.rate = Double(line.in - last.records) / max(0.001, now.timeIntervalSince(last.time)) }
                before[line.stage] = (line.in, now)
                return row
            }
        }
    }

    /// When each group last committed, where that is known.
    private func commits(_ opened: OpenedEngine, _ groups: [String]) throws -> [String: Int64] {
        var commits: [String: Int64] = [:]
        for group in try opened.administration.groups() where groups.contains(group.name) {
            commits[group.name] = group.positions.values.compactMap(\.committedMilliseconds).max()
        }
        return commits
    }

    private func show(_ rows: [StageRow], _ output: ConsoleOutput) {
        var table = TextTable(
            ["STAGE", "IN", "OUT", "REJECTED", "DEAD", "WAITING", "LAG", "BYTES", "RATE", "STATE", "COMMIT"], rightAligned: [1, 2, 3, 4, 5, 6, 7, 8, 9])
        for row in rows {
            let line = row.line
            var cells = [line.stage]
            for count in [line.in, line.out, line.rejected, line.dead, row.waiting] { cells.append(ByteText.count(count)) }
            cells.append((line.lagIsExact ? "" : "~") + ByteText.count(line.lagRecords))
            cells.append(ByteText.size(line.lagBytes))
            cells.append(row.rate.map { String(format: "%.0f/s", $0) } ?? "-")
            cells.append(row.stateBytes.flatMap { $0 == 0 ? nil : ByteText.size($0) } ?? "-")
            cells.append(row.committed.map { TimeText.text(milliseconds: $0) } ?? "never")
            table.add(cells)
        }
        table.lines(output.style).forEach { output.line($0) }
    }
}

/// One stage as `leat stages` shows it.
struct StageRow {
    var line: StageSurvey.Line
    var waiting: Int
    /// Milliseconds since 1970.
    var committed: Int64?
    var stateBytes: Int?
    /// Records a second.
    var rate: Double?

    var json: JSONText {
        .object([
            ("stage", .string(line.stage)), ("group", .string(line.group)), ("in", .integer(line.in)), ("out", .integer(line.out)),
            ("rejected", .integer(line.rejected)), ("dead", .integer(line.dead)), ("waiting", .integer(waiting)),
            ("lagRecords", .integer(line.lagRecords)), ("lagIsExact", .bool(line.lagIsExact)), ("lagBytes", .integer(line.lagBytes)),
            ("rate", rate.map { .number($0) } ?? .null), ("stateBytes", stateBytes.map { .integer($0) } ?? .null),
            ("committedAt", committed.map { .string(TimeText.text(milliseconds: $0)) } ?? .null),
        ])
    }
}

/// Bytes of a folder's files; 0 where there is none.
enum FolderSize {
    static func bytes(_ folder: String) -> Int {
        let names = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
        return names.reduce(0) { sum, name in
            let attributes = try? FileManager.default.attributesOfItem(atPath: folder + "/" + name)
            return sum + (attributes?[.type] as? FileAttributeType == .typeRegular ? attributes?[.size] as? Int ?? 0 : 0)
        }
    }
}

/// `leat stages describe`.
struct StagesDescribe: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe", abstract: "A recipe's topology: stages, topics, groups, state; as text, Graphviz or Mermaid.",
        discussion: """
            Needs the recipe alone, no data. Stages are boxes, with two lines around them where they have state; topics are flags; rejections are dashed.

            EXAMPLES
              leat stages describe
              leat stages describe filter
              leat stages describe --dot | dot -Tsvg > pipeline.svg
              leat stages describe --mermaid --pipeline my.yaml
            """)

    @OptionGroup var options: EngineOptions
    @Argument(help: "Only this stage.") var stage: String?
    @Flag(help: "As Graphviz' input.") var dot = false
    @Flag(help: "As a Mermaid flow chart, which Markdown viewers draw.") var mermaid = false
    @Flag(help: "One JSON object a stage.") var json = false

    func validate() throws { if [dot, mermaid, json].count(where: { $0 }) > 1 { throw ValidationError("--dot, --mermaid and --json exclude each other") } }

    func run() throws {
        var map = PipelineMap(recipe: try options.recipe())
        if let stage { map.stages = [try map.stage(stage)] }
        let drawing = PipelineDrawing(map)
        let output = ConsoleOutput()
        defer { output.flush() }
        guard json else { return output.line(dot ? drawing.dot : mermaid ? drawing.mermaid : drawing.text) }
        for stage in map.stages {
            output.line(
                JSONText.object([
                    ("stage", .string(stage.name)), ("group", .string(stage.group)), ("inputs", .array(stage.inputs.map { .string($0) })),
                    ("outputs", .array(stage.outputs.map { .string($0) })), ("folder", stage.folder.map { .string($0) } ?? .null),
                    ("rejections", stage.rejections.map { .string($0) } ?? .null), ("deadLetters", .string(stage.deadLetters)),
                    ("changelog", stage.changelog.map { .string($0) } ?? .null), ("tasks", .string(stage.shape.rawValue)), ("replayable", .bool(stage.isPure)),
                ]))
        }
    }
}
