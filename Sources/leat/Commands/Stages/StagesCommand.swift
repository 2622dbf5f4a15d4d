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
              leat stages --brokers kafka-1:9092 --endpoint http://dedup-0:9400 --endpoint http://dedup-1:9400
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
        commandName: "list", abstract: "How the stages stand, from the log itself, and from their processes; nothing is locked.",
        discussion: """
            LAG is what a stage has yet to handle: records, and about how many bytes; ~ marks offsets, which count progress marks too. RATE is records a second \
            between two looks, and needs --watch. WAITING is how many dead letters were neither put back nor dropped. COMMIT is when the group last committed, STATE what \
            its tasks hold on disk, RESTORE what of it has yet to come back from its changelog (entries, and with --endpoint bytes and time), RESTARTS how often its \
            processes began again from the last commit after an error.

            - is what cannot be known. A log keeps positions and ledgers; a data folder also has the times of commits and the state. A cluster tells neither when a \
            position was committed nor what a process has on its disk, and nobody but the process knows its restarts: name each process's --metrics address with \
            --endpoint, and they are there. Without --brokers and --data the endpoints alone are asked, and the numbers are those of their own partitions.

            --json prints an object a stage: {"stage","group","in","out","rejected","dead","waiting","lagRecords","lagIsExact","lagBytes","rate","stateBytes",
            "committedAt","commitSeconds","restoring":{"records","bytes","secondsLeft"},"restarts","processes"}; null is what is not known, and restoring is null where \
            nothing is restored.
            """)

    @OptionGroup var options: EngineOptions
    @Option(
        name: .long,
        help: ArgumentHelp("Ask a stage's process too, where it serves its --metrics; may be given again.", valueName: "http://host:port"))
    var endpoint: [String] = []
    @Flag(help: "Look again and again.") var watch = false
    @Option(help: ArgumentHelp("With --watch: how often.", valueName: "seconds")) var interval = 2.0
    @Option(help: ArgumentHelp("With --watch: stop after so many looks.", valueName: "count")) var looks: Int?
    @Flag(help: "One JSON object a line.") var json = false

    func validate() throws {
        guard (0.1...3_600).contains(interval) else { throw ValidationError("--interval \(interval): 0.1 to 3600 seconds are allowed") }
        if let looks, looks < 1 { throw ValidationError("--looks \(looks): at least 1 is needed") }
    }

    /// Only processes are asked.
    private var asksEndpointsAlone: Bool { !endpoint.isEmpty && !options.place.isCluster && options.place.dataFolder == nil }

    func run() throws {
        let map = asksEndpointsAlone ? nil : PipelineMap(recipe: try options.recipe())
        let output = ConsoleOutput()
        var before: [String: (records: Int, time: Date)] = [:]
        var left = watch ? looks ?? .max : 1
        let redraws = watch && !json && isatty(1) == 1
        while left > 0 {
            let answers = EndpointStatuses(endpoint)
            var rows = try map.map { try look($0) } ?? []
            answers.add(to: &rows, makesRows: map == nil)
            let now = Date()
            for index in rows.indices {
                if let last = before[rows[index].stage] { rows[index].rate = Double(rows[index].in - last.records) / max(0.001, now.timeIntervalSince(last.time)) }
                before[rows[index].stage] = (rows[index].in, now)
            }
            if redraws { output.line("\u{1B}[H\u{1B}[2J\(TimeText.text(milliseconds: PipelineRunner.wallMilliseconds()))") }
            if json { rows.forEach { output.line($0.json) } } else { StageRow.table(rows).lines(output.style).forEach { output.line($0) } }
            answers.failures.forEach { output.warn($0) }
            if !endpoint.isEmpty, answers.failures.count == endpoint.count, map == nil { throw ExitCode(1) }
            output.flush()
            left -= 1
            if left > 0 { Thread.sleep(forTimeInterval: interval) }
        }
    }

    private func look(_ map: PipelineMap) throws -> [StageRow] {
        try options.look().use { opened in
            var waiting: [String: Int] = [:]
            try DeadLetterBox(opened.engine, map).forEach(DeadLetterFilter()) { entry in
                waiting[entry.letter.stage, default: 0] += 1
                return true
            }
            let lines = try StageSurvey(opened.engine, map).lines()
            let commits = try commits(opened, lines.map(\.group))
            return try lines.map { line in
                var row = StageRow(line)
                row.waiting = waiting[line.stage] ?? 0
                row.committed = commits[line.group]
                row.knowsCommits = !options.place.isCluster
                guard !options.place.isCluster, let stage = map.stages.first(where: { $0.name == line.stage }) else { return row }
                row.stateBytes = FolderSize.bytes(options.place.folder + "/state/" + line.stage)
                row.restoring = try FolderRestoration.left(of: stage, folder: options.place.folder, opened.engine).map { .init(records: $0) }
                return row
            }
        }
    }

    /// When each group last committed, where that is known.
    private func commits(_ opened: OpenedEngine, _ groups: [String]) throws -> [String: Int64] {
        guard !options.place.isCluster else { return [:] }
        var commits: [String: Int64] = [:]
        for group in try opened.administration.groups() where groups.contains(group.name) {
            commits[group.name] = group.positions.values.compactMap(\.committedMilliseconds).max()
        }
        return commits
    }
}
