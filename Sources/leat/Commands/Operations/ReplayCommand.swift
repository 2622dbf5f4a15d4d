import ArgumentParser
import Broker
import Foundation
import LogClient
import Pipeline
import Streams
import Synchronization

/// `leat replay`: stages again, over what the log still has, into topics, state and files of their own.
struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Run a stage again over its input's history, beside the live one, into new topics.",
        discussion: """
            A replay is a group of its own with outputs, state and files of its own: the live stage's positions, outputs and state stay as they are. INTO gets \
            the last stage's output, INTO.rejected the refusals, INTO.STAGE.dlq the dead letters; state and files lie in DATA/replays/INTO. \
            The same range, build and settings give the same values, byte for byte, on any number of threads.

            FROM and TO are one of
              beginning                  all that the log still has; as an end: what it has when the replay begins
              2026-01-31T12:00           the first record from a time on (UTC), or @ and milliseconds since 1970
              1000                       an offset, of every partition
              0:1000,2:500               offsets of partitions; the others are whole. TOPIC:0:1000 where a stage has several inputs
              snapshot:NAME              what `leat snapshot NAME` has noted

            It works beside the live stages and gives way to them: with a lower priority for the processor (--nice), and with --read-rate not faster than that; to a \
            cluster it is the client leat-replay, for quotas of the brokers' own. A data folder has one owner: beside a running `leat run --listen` or `leat serve` \
            name that with --brokers.

            Running the same command again goes on where it stopped, in the range that was decided then; --restart begins anew.
            STAGE may be several in a row, as filter..tokenize. A stage with state begins with none, or with a copy of the live state (--state live) \
            where the live stage stands at the replay's start. ingest cannot be replayed: it looks outside, and web.pages is what it saw.

            EXAMPLES
              leat replay filter --from beginning --into docs.filtered.v2 --set filter.gopher_quality.min_doc_words=20
              leat replay filter --from beginning --sample 1% --compare --set filter.gopher_quality.min_doc_words=20
              leat replay extract --from 2026-01-31 --to 2026-02-01 --into docs.extracted.v2
              leat replay dedup..unique --from beginning --into docs.unique.v2 --set dedup.threshold=0.7
              leat replay lake --from snapshot:march --into lake.march --dry-run
              leat replay filter --from beginning --into docs.filtered.v2 --brokers localhost:9092 --local /var/lib/leat

            EXIT CODES: 0 done · 1 it failed, or was refused · 64 the command line is wrong.
            """)

    @OptionGroup var options: EngineOptions
    @Argument(help: "The stage, or FIRST..LAST of the recipe.") var stage: String
    @Option(help: ArgumentHelp("Where it begins.", valueName: "from")) var from: String?
    @Flag(help: "The same as --from beginning.") var fromBeginning = false
    @Option(help: ArgumentHelp("Where it ends, exclusive; by default where the log ends now.", valueName: "to")) var to: String?
    @Option(help: ArgumentHelp("Only a share of the keys, the same ones every time: 1% or 0.01.", valueName: "share")) var sample: String?
    @Option(help: "The topic to write; made like the stage's own output. With --compare alone: replay.STAGE.") var into: String?
    @Flag(help: "Compare the result with the live output at once, and print that.") var compare = false
    @Option(help: ArgumentHelp("What the state begins with.", valueName: "scratch|live")) var state = StateChoice.scratch
    @Option(help: ArgumentHelp("Change a setting of the recipe: stage.key=value. May be given again.", valueName: "key=value")) var set: [String] = []
    @Option(help: "Threads that run tasks. Default: one a core.") var threads: Int?
    @Option(help: ArgumentHelp("How far it gives way to other processes on the processor, as nice(1) has it: 0 not at all, 19 most.", valueName: "0…19"))
    var nice: Int32 = 10
    @Option(help: ArgumentHelp("Read its range at most so fast. Default: as fast as it goes.", valueName: "bytes/s, 50M")) var readRate: ByteRate?
    @Option(help: ArgumentHelp("With --brokers: the folder for its state and files, in replays/INTO.", valueName: "dir")) var local: String?
    @Flag(help: "Begin anew: what an earlier replay of this name made is removed.") var restart = false
    @Flag(help: "Show what would be read and written, and do nothing.") var dryRun = false
    @Flag(help: "Print the report, or the comparison, as one JSON object.") var json = false

    enum StateChoice: String, ExpressibleByArgument, CaseIterable { case scratch, live }

    private var target: String { into ?? "replay." + stage.replacingOccurrences(of: "..", with: "-") }

    func validate() throws {
        guard (from != nil) != fromBeginning else { throw ValidationError("Say where the replay begins: --from beginning, an offset, offsets, a time, or snapshot:NAME.") }
        guard into != nil || compare else { throw ValidationError("Say where the result goes with --into TOPIC, or that it is to be compared at once with --compare.") }
        guard TopicDeclaration.isValidName(target) else { throw ValidationError("--into \(target): this is no name for a topic.") }
        if let threads, !(1...256).contains(threads) { throw ValidationError("--threads \(threads): 1 to 256 are allowed.") }
        guard (0...19).contains(nice) else { throw ValidationError("--nice \(nice): 0 to 19 are allowed.") }
        if local != nil, !options.place.isCluster { throw ValidationError("--local goes with --brokers: of a data folder the replay's folder is in it") }
        _ = try request()
    }

    private func environment() -> PipelineEnvironment {
        var environment = options.environment()
        if let local { environment.dataFolder = local }
        return environment
    }

    private func request() throws -> ReplaySession.Request {
        do {
            return ReplaySession.Request(
                from: try from.map { try PlaceText.parse($0, option: "--from") } ?? .open, to: try to.map { try PlaceText.parse($0, option: "--to") } ?? .open,
                sample: try sample.map { try KeySample(text: $0) }, copiesState: state == .live)
        } catch let error as PipelineError {
            throw ValidationError(error.description)
        }
    }

    func run() throws {
        // Before there are other threads: they take it over.
        if nice > 0, !dryRun { setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, nice) }
        let replay = try WebReplay(stages: stage, into: target, recipe: options.recipe(set: set), environment: environment())
        if compare, replay.liveOutput == nil {
            throw CommandFailure("--compare: the stage \(replay.live.last?.name ?? stage) writes files, not a topic: compare the manifests in \(replay.folder)")
        }
        let opened = try dryRun ? options.look() : options.open(to: "replay \(stage)", clientID: "leat-replay")
        try opened.use { opened in
            let session = try ReplaySession(
                replay, try request(), engine: opened.engine, topics: opened.topics, build: BuildInformation.build, restarts: restart)
            if dryRun { return ReplayPrinter(session).describe(json: json) }
            if restart { try session.removeEarlier() }
            try session.begin()
            let report = try work(session, opened)
            if compare { try compareWithLive(session, opened) } else { ReplayPrinter(session).show(report, json: json) }
        }
    }

    private func work(_ session: ReplaySession, _ opened: OpenedEngine) throws -> RunReport {
        let declared = try TopicSet(declared: try options.declaredTopics(), models: try options.recipe(set: set).topicModels, stages: [])
        let runners = try session.runners(
            inTurn: options.place.isCluster, workerCount: threads ?? ProcessInfo.processInfo.activeProcessorCount,
            limit: readRate.map { RateLimit(bytesPerSecond: $0.bytesPerSecond) },
            compression: declared.compression(like: Dictionary(session.replay.topics, uniquingKeysWith: { first, _ in first })))
        let stopped = StopFlag()
        let interrupts = InterruptHandler {
            stopped.isSet.store(true, ordering: .relaxed)
            for runner in runners { runner.requestStop() }
        }
        defer { interrupts.stop() }
        var report = RunReport()
        for runner in runners {
            let progress = ProgressDisplay(isEnabled: !json)
            let part = try runner.run(follow: false) { progress.show($0) }
            progress.end()
            report.stageOrder += part.stageOrder
            report.stages.merge(part.stages) { _, later in later }
            report.seconds += part.seconds
            report.cpuSeconds = part.cpuSeconds
            report.commits += part.commits
            report.restarts += part.restarts
            report.isBalanced = report.isBalanced && part.isBalanced
        }
        guard !stopped.isSet.load(ordering: .relaxed) else {
            throw CommandFailure("the replay was stopped before its end; the same command goes on where it stands")
        }
        return report
    }

    private func compareWithLive(_ session: ReplaySession, _ opened: OpenedEngine) throws {
        guard let live = session.replay.liveOutput else { return }
        let map = PipelineMap(recipe: try options.recipe(set: set))
        func exists(_ topic: String) throws -> Bool { try opened.topics.describe(topic) != nil }
        let report = try TopicComparison(opened.engine).compare(
            live, target, refusalsTowardsA: try map.refusals(towards: live, exists: exists),
            refusalsTowardsB: try map.refusals(towards: target, exists: exists), replay: session.plan)
        ComparisonPrinter(report).show(json: json)
    }
}

/// Says that somebody asked for an end.
private final class StopFlag: Sendable {
    let isSet = Atomic<Bool>(false)
}
