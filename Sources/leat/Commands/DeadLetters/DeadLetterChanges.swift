import ArgumentParser
import Coordination
import Foundation
import LogClient
import Pipeline

/// What `retry` and `drop` share: named letters are done at once, in bulk only with --execute.
struct DeadLetterChange: ParsableArguments {
    @OptionGroup var options: EngineOptions
    @OptionGroup var choice: DeadLetterChoice
    @Option(help: "Why, for the record.") var reason = ""
    @Flag(help: "In bulk: do it. Without it is shown what would be done.") var execute = false
    @Flag(help: "Also letters named one by one: only show what would be done.") var dryRun = false
    @Flag(help: "One JSON object a line.") var json = false

    var doesIt: Bool { choice.isBulk ? execute : !dryRun }

    func validate() throws {
        if execute && dryRun { throw ValidationError("--execute and --dry-run exclude each other") }
        if choice.isBulk, choice.stages.isEmpty, choice.error == nil, choice.since == nil, choice.until == nil {
            throw ValidationError("Name dead letters (filter.dlq:0:17), or choose them in bulk with --stage, --error, --since, --until.")
        }
    }

    /// Who does it, for the record.
    static var user: String { ProcessInfo.processInfo.environment["USER"] ?? ProcessInfo.processInfo.environment["LOGNAME"] ?? "uid \(getuid())" }

    func run(_ verb: String, checks: (DeadLetterTool, BuriedRecord) throws -> String?, _ work: (DeadLetterTool, [BuriedRecord]) throws -> [DeadLetterTool.Result]) throws {
        let map = PipelineMap(recipe: try options.recipe())
        try choice.check(map)
        let output = ConsoleOutput()
        defer { output.flush() }
        try (doesIt ? options.open(to: "\(verb) dead letters") : options.look()).use { opened in
            let tool = DeadLetterTool(opened.engine, map, by: Self.user)
            let letters = try DeadLetterBox(opened.engine, map).entries(choice.filter).map(\.letter)
            let missing = Set(choice.places).subtracting(letters.map(\.place))
            if let first = missing.sorted().first {
                throw CommandFailure("\(first) does not wait: there is no such dead letter, or it was retried or dropped (`leat dlq show \(first)` says which)")
            }
            var possible: [BuriedRecord] = []
            for letter in letters {
                if let obstacle = try checks(tool, letter) {
                    guard choice.isBulk else { throw CommandFailure("\(letter.place): \(obstacle)") }
                    output.warn("\(letter.place) is left: \(obstacle)")
                } else {
                    possible.append(letter)
                }
            }
            for stage in Set(possible.map(\.stage)).sorted() where verb == "retry" {
                if let warning = RetryRule.warning(try map.stage(stage)) { output.warn(warning) }
            }
            guard doesIt else { return show(possible.map { .init(letter: $0) }, verb, executed: false, output) }
            try OperationJournal.declare(in: opened.topics)
            show(try possible.isEmpty ? [] : work(tool, possible), verb, executed: true, output)
        }
    }

    private func show(_ results: [DeadLetterTool.Result], _ verb: String, executed: Bool, _ output: ConsoleOutput) {
        for result in results {
            if json {
                output.line(
                    JSONText.object([
                        ("place", .string(result.letter.place.description)), ("stage", .string(result.letter.stage)), ("action", .string(verb)),
                        ("executed", .bool(executed && !result.wasSettled)), ("to", result.putBack.map { .string($0.description) } ?? .null),
                    ]))
            } else {
                let said = result.wasSettled ? "was settled by somebody else meanwhile" : executed ? (result.putBack.map { "put back into \($0)" } ?? "dropped") : "would \(verb)"
                output.line("\(result.letter.place)  \(said)  \(ByteText.oneLine(result.letter.key, limit: 80))  \(ByteText.oneLine(result.letter.error, limit: 120))")
            }
        }
        guard !json else { return }
        output.line("\(results.count) dead letter\(results.count == 1 ? "" : "s")" + (executed ? "" : "; nothing is changed yet: --execute does it"))
    }
}

/// `leat dlq retry`.
struct DeadLetterRetry: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Put dead letters back where they came from: the live stage handles each once more.",
        discussion: """
            The original record goes to the end of the partition it came from, without the headers of a dead letter. It gets an order key behind everything that is \
            there, since stages that merge partitions and write files take keys only as they rise: the document has its place at the end, and deduplication sees it \
            after those that it was read with. Where several stages read the topic, the others pass it over or need it; where neither holds (dedup, unique) the \
            command refuses and says what to replay. What fails again is a new dead letter.

            EXAMPLES
              leat dlq retry filter.dlq:0:17 filter.dlq:0:18
              leat dlq retry --stage filter                        shows what would be put back
              leat dlq retry --stage filter --execute
            """)

    @OptionGroup var change: DeadLetterChange

    func run() throws {
        try change.run("retry", checks: { try $0.obstacle($1) }) { try $0.retry($1, reason: change.reason) }
    }
}

/// `leat dlq drop`.
struct DeadLetterDrop: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drop", abstract: "Give dead letters up: they are no longer listed, and an entry keeps who, when and why.",
        discussion: """
            The record itself stays in the dead letters until their retention takes it; `leat dlq list --settled` shows it with its fate. The ledger still counts it \
            as dead.

            EXAMPLES
              leat dlq drop extract.dlq:0:3 --reason "not a page"
              leat dlq drop --stage extract --error "depth" --execute
            """)

    @OptionGroup var change: DeadLetterChange

    func run() throws { try change.run("drop", checks: { _, _ in nil }) { try $0.drop($1, reason: change.reason) } }
}
