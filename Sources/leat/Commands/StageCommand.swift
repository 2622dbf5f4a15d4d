import ArgumentParser
import Foundation
import Pipeline
import Streams

/// `leat stage`: one stage in a process of its own.
struct StageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stage",
        abstract: "Run one stage by itself: as a service on a cluster, or as a filter from standard input to standard output.",
        discussion: """
            With --brokers the process is a member of the stage's consumer group, on `leat serve`, Kafka or Redpanda: start more of them, here or on \
            other machines, and they divide the partitions; stop one, or kill it, and the others take over. Outputs, state and positions are \
            committed together: what reads committed records sees every record exactly once. SIGTERM commits what is done and leaves. Missing topics are \
            made as the folder of topics declares them, with the cluster's own retention.

            Give each process that keeps state an --instance name that stays: it finds its state on disk when it comes back. A stage that reads all \
            partitions in one order (dedup, shards, lake) is done by one process at a time, whatever number is started; with --standby another has \
            its state warm. Where the recipe divides dedup (dedup.matchers), match-0, match-1, … are such stages too, and `match` is all of them: its \
            processes share them, and one that dies is taken over from. /healthz, /readyz, /metrics (kafka_exporter's names) and /status are \
            served with --metrics, and to this machine /state (`leat stages` and `leat state` ask them with --endpoint). State that was lost comes back from its changelog, \
            not faster than --restore-rate; the other tasks go on meanwhile.

            --stdio reads one record a line as JSON (protobuf's canonical mapping of the topic's message), or with --format protobuf messages behind \
            their length as a varint. Results come in the order of the records. extract reads a PageInput, filter, tokenize and sign a Document; \
            sign writes a Signature, the others a Document (topics/schemas). No data folder, no server: Spark's rdd.pipe and Ray's map_batches run \
            it over a lake (ops/spark, ops/ray).

            A document that a rule refuses leaves no line, unless --rejected or --tagged keeps it. With --tagged each record has one line: \
            {"document":…}, {"signature":…}, {"rejection":…} or {"dead":…}. A record that cannot be read or handled is named on standard error, the \
            rest is done, and the exit code is 1; --dead-letters keeps such records, and the exit code is 0.

            EXAMPLES
              leat stage extract --brokers localhost:9092
              leat stage dedup --brokers kafka-1:9093,kafka-2:9093 -F client.properties --instance dedup-0 --standby --metrics 0.0.0.0:9400
              leat stage match --brokers localhost:9092 --set dedup.matchers=4 --instance match-a --standby
              leat stage filter --stdio < documents.jsonl > kept.jsonl
              leat stage filter --stdio --rejected refused.jsonl --set filter.gopher_quality.min_doc_words=30 < documents.jsonl > kept.jsonl
              leat stage extract --stdio --tagged < pages.jsonl | jq -c .rejection.rule
              leat stage tokenize --stdio --format protobuf < documents.bin > tokenized.bin
            """)

    @Argument(help: "The stage, as the recipe names it.") var stage: String
    @OptionGroup(title: "As a service") var service: ServiceOptions
    @Flag(name: .long, help: "From standard input to standard output.") var stdio = false
    @Option(
        name: .long, help: "json: a message a line. protobuf: messages behind their lengths. (default: json)", transform: format)
    var format = FilterFormat.json
    @Flag(name: .long, help: "Put each result into a StageResult, rejections and dead letters too.") var tagged = false
    @Option(name: .long, help: ArgumentHelp("Where rejections go. {pid} becomes the process id.", valueName: "file")) var rejected: String?
    @Option(
        name: .long,
        help: ArgumentHelp("Where records go that cannot be handled; - among the tagged results. The exit code is then 0.", valueName: "file"))
    var deadLetters: String?
    @Option(name: .long, help: ArgumentHelp("A longer record is not handled.", valueName: "bytes")) var recordLimit = 128 << 20
    @Flag(name: .long, help: "Pass over JSON fields that the schema does not have.") var ignoreUnknownFields = false
    @Flag(name: .long, help: "No closing line on standard error.") var quiet = false
    @Option(name: .long, help: "The recipe.") var pipeline: String?
    @Option(name: .long, help: ArgumentHelp("Change a setting of the recipe: stage.key=value. May be given more than once.", valueName: "key=value"))
    var set: [String] = []
    @Option(name: .long, help: "The folder of declared topics, where the recipe lies. Default: topics, beside the program's checkout or here.")
    var topics: String?
    @Option(name: .long, help: "The folder of models. Default: .local/models, as above.") var models: String?

    private static func format(_ name: String) throws -> FilterFormat {
        guard let format = FilterFormat(rawValue: name) else {
            throw ValidationError("--format \(name): there are \(FilterFormat.allCases.map(\.rawValue).joined(separator: " and ")).")
        }
        return format
    }

    func validate() throws {
        guard stdio || service.isGiven else {
            throw ValidationError("Say how the stage runs: --brokers host:port for a service, --stdio for a filter.")
        }
        guard !stdio || service.cluster.brokers == nil else { throw ValidationError("--stdio and --brokers exclude each other.") }
        guard (1024...(1 << 30)).contains(recordLimit) else {
            throw ValidationError("--record-limit \(recordLimit): 1024 to \(1 << 30) bytes are allowed.")
        }
        if deadLetters == "-", !tagged {
            throw ValidationError("--dead-letters - puts dead letters among the results, where only --tagged tells them apart.")
        }
    }

    func run() throws {
        let topicsFolder = topics ?? DataOptions.find("topics")
        let recipePath = pipeline ?? topicsFolder + "/pipelines/web.yaml"
        guard let text = try? String(contentsOfFile: recipePath, encoding: .utf8) else {
            throw PipelineError("the recipe \(recipePath) cannot be read; name one with --pipeline")
        }
        let recipe = try Recipe(yaml: text, path: recipePath, overrides: set)
        let environment = PipelineEnvironment(
            dataFolder: service.data, modelsFolder: models ?? ProcessInfo.processInfo.environment["LEAT_MODELS"] ?? DataOptions.find(".local/models"),
            build: BuildInformation.build)
        if stdio { return try filter(recipe, environment) }
        try StageService(options: service, stage: stage, quiet: quiet).run(
            recipe, environment, declared: try DataOptions.declaredTopics(in: topicsFolder))
    }

    private func filter(_ recipe: Recipe, _ environment: PipelineEnvironment) throws {
        var settings = StageFilter.Settings()
        settings.format = format
        settings.isTagged = tagged
        settings.recordLimit = recordLimit
        settings.ignoresUnknownFields = ignoreUnknownFields
        settings.keepsRejected = rejected != nil
        settings.keepsDead = deadLetters.map { $0 != "-" } ?? false
        let filter = try StageFilter(stage: stage, recipe: recipe, environment: environment, settings: settings)
        let run = StageFilterRun(
            filter: filter, format: format, recordLimit: recordLimit,
            rejected: try rejected.map { try FilterOutput(path: $0, option: "--rejected") },
            dead: try settings.keepsDead ? deadLetters.map { try FilterOutput(path: $0, option: "--dead-letters") } : nil)
        let dead = try run.run()
        if !quiet { run.console.warn(Self.summary(stage, filter.ledger)) }
        guard dead == 0 || deadLetters != nil else { throw ExitCode(1) }
    }

    /// One line: `filter: 10 records, 7 out, 3 rejected (too_short 2, url 1), 0 dead`.
    private static func summary(_ stage: String, _ ledger: Ledger) -> String {
        let rules = ledger.rules.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(8).map { "\($0.key) \($0.value)" }
        let refused = "\(ledger.rejected) rejected" + (rules.isEmpty ? "" : " (\(rules.joined(separator: ", ")))")
        return "\(stage): \(ledger.in) records, \(ledger.out) out, \(refused), \(ledger.dead) dead"
    }
}
