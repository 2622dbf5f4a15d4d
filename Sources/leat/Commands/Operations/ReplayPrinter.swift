import Foundation
import Pipeline
import Streams

/// What a replay will do, and what it did, for people and as JSON.
struct ReplayPrinter {
    private let session: ReplaySession

    init(_ session: ReplaySession) { self.session = session }

    private var records: Int64 { session.plan.ranges.reduce(0) { $0 + $1.end - $1.start } }

    func describe(json: Bool) {
        let output = ConsoleOutput()
        if json {
            output.line(plan)
        } else {
            output.line("would replay \(session.plan.stages.joined(separator: ", ")) into \(session.plan.into)" + (session.isBegun ? ", going on with one that was begun" : ""))
            var table = TextTable(["INPUT", "PARTITION", "FROM", "TO", "OFFSETS"], rightAligned: [1, 2, 3, 4])
            for range in session.plan.ranges {
                table.add([range.topic, String(range.partition), String(range.start), String(range.end), ByteText.count(range.end - range.start)])
            }
            table.lines(output.style, indent: "  ").forEach { output.line($0) }
            if let sample = session.plan.sample { output.line("  sample: \(sample * 100)% of the keys") }
            output.line("  topics: \(session.replay.topics.map(\.0).joined(separator: ", "))")
            let stateful = session.replay.topology.stages.filter { $0.changelog != nil }
            if !stateful.isEmpty { output.line("  state:  \(session.replay.stateFolder)" + (session.plan.copiesState ? ", a copy of the live one" : ", from scratch")) }
            for stage in session.replay.live { if let folder = stage.folder { output.line("  files:  \(session.replay.folder)/\(folder)") } }
        }
        output.flush()
    }

    private var plan: JSONText {
        .object([
            ("stages", .array(session.plan.stages.map { .string($0) })), ("into", .string(session.plan.into)), ("begun", .bool(session.isBegun)),
            ("sample", session.plan.sample.map { .number($0) } ?? .null), ("offsets", .integer(records)),
            (
                "ranges",
                .array(
                    session.plan.ranges.map {
                        .object([
                            ("topic", .string($0.topic)), ("partition", .integer($0.partition)), ("from", .integer($0.start)), ("to", .integer($0.end)),
                        ])
                    })
            ),
            ("topics", .array(session.replay.topics.map { .string($0.0) })),
        ])
    }

    func show(_ report: RunReport, json: Bool) {
        let output = ConsoleOutput()
        defer { output.flush() }
        if json {
            if let text = try? ReportFiles.json(report) { output.line(text) }
            return
        }
        for stage in session.replay.topology.stages {
            let counts = report.stages[stage.name] ?? .init()
            let target = stage.outputs.first ?? session.replay.folder
            output.line(
                "\(stage.name): \(counts.in) read, \(counts.out) to \(target), \(counts.rejected) to \(stage.rejections ?? "nowhere"), \(counts.dead) dead")
            for (rule, count) in counts.rules.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }).prefix(12) { output.line("  \(count)  \(rule)") }
        }
        output.line(String(format: "in %.1f s", report.seconds))
    }
}
