import ArgumentParser
import Foundation
import Pipeline
import StateStore

/// `leat state`: what stages remember.
struct StateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "state",
        abstract: "Look into the state of stages: which stores there are, what a key holds. Also while they run.",
        discussion: """
            Keys and values are text, hexadecimal digits (hex:00ff) or numbers of 64 bits (u64:42). Where the state is looked at:

              --data FOLDER       a data folder: a database for each task (stage and partition), opened for reading alone, without a lock
              --endpoint URL      a stage that runs as a service, at the address of its --metrics; may be given again, for each process of it
              --brokers …         the changelogs in the log: each key's last committed value. Reads them from the beginning: of a stage with one task \
            its one partition, of others all, unless --partition names one (a key does not tell which records it was made from); --stage \
            keeps to one changelog. For a look now and then; for many questions ask an endpoint

            What is shown is as of a commit: everything below the offset of the changelog that is named, and nothing from it on. A stage may have \
            committed more since.

            EXAMPLES
              leat state list
              leat state get identifiers u64:42                which document has number 42 in the deduplication
              leat state get lake writer                       how far the lake's files are
              leat state scan index --stage dedup --prefix hex:01 -n 5
              leat state get identifiers u64:42 --endpoint http://dedup-0:9400
              leat state get identifiers u64:42 --brokers kafka-1:9092 --stage dedup
              curl http://dedup-0:9400/state/identifiers/u64:42
            """,
        subcommands: [StateList.self, StateGet.self, StateScan.self], defaultSubcommand: StateList.self)
}

/// Which state is meant, and where it is looked at.
struct StateChoice: ParsableArguments {
    @OptionGroup var options: EngineOptions
    @Option(
        name: .long,
        help: ArgumentHelp("Ask a running stage, where it serves its --metrics; may be given again.", valueName: "http://host:port"))
    var endpoint: [String] = []
    @Option(help: "Of this stage.") var stage: String?
    @Option(help: "Of this partition.") var partition: Int32?
    @Option(help: ArgumentHelp("The state of a replay instead.", valueName: "into")) var replay: String?

    struct Task {
        var stage: String
        var partition: Int32
        var folder: String
    }

    func validate() throws {
        if !endpoint.isEmpty, options.place.isCluster || options.place.dataFolder != nil {
            throw ValidationError("--endpoint, --brokers and --data exclude each other: the state is looked at in one place")
        }
        if replay != nil, !endpoint.isEmpty || options.place.isCluster { throw ValidationError("--replay goes with --data") }
    }

    func with<Result>(_ body: (any StateSource) throws -> Result) throws -> Result {
        if !endpoint.isEmpty { return try body(EndpointState(endpoints: endpoint, stage: stage, partition: partition)) }
        guard options.place.isCluster else { return try body(FolderState(tasks: try tasks())) }
        let map = PipelineMap(recipe: try options.recipe())
        let stages = try stage.map { [try map.stage($0)] } ?? map.stages.filter { $0.changelog != nil }
        if let stage, stages.allSatisfy({ $0.changelog == nil }) { throw CommandFailure("the stage \(stage) has no state") }
        return try options.look().use { opened in
            try body(ChangelogState(engine: opened.engine, stages: stages, partition: partition, progress: ReadingProgress()))
        }
    }

    /// The tasks that have state in the data folder, by stage and partition.
    private func tasks() throws -> [Task] {
        _ = try options.place.reader()
        if let replay, replay.contains("/") || replay.hasPrefix(".") { throw CommandFailure("--replay \(replay): this is no name of a replay") }
        let files = FileManager.default
        let folder = options.place.folder
        let root = folder + (replay.map { "/replays/\($0)" } ?? "") + "/state"
        var tasks: [Task] = []
        for name in ((try? files.contentsOfDirectory(atPath: root)) ?? []).sorted() where stage == nil || stage == name {
            let numbers = ((try? files.contentsOfDirectory(atPath: root + "/" + name)) ?? []).compactMap { Int32($0) }.sorted()
            for number in numbers where partition == nil || partition == number {
                tasks.append(Task(stage: name, partition: number, folder: "\(root)/\(name)/\(number)"))
            }
        }
        guard !tasks.isEmpty else {
            throw CommandFailure("\(folder) has no state" + (stage.map { " of the stage \($0)" } ?? "") + (partition.map { ", partition \($0)" } ?? ""))
        }
        return tasks
    }

    /// The owner may remove a file between two reads: then it is opened again.
    static func look<Result>(_ folder: String, _ body: (StateReader) throws -> Result) throws -> Result {
        for _ in 0..<4 {
            do { return try body(try StateReader(folder: folder)) } catch let error as StateStoreError { if error.kind != .io { throw error } }
        }
        return try body(try StateReader(folder: folder))
    }

    /// Says up to where what was seen is true; on standard error, so that values can be piped on.
    static func tellAge(_ looks: [StateLook], _ output: ConsoleOutput) {
        output.flush()
        for look in looks {
            let place = look.changelog ?? "the changelog of \(look.stage)/\(look.partition)"
            output.warn("as of offset \(look.changelogOffset) of \(place)" + (look.note.map { "; " + $0 } ?? ""))
        }
    }
}

/// `leat state list`.
struct StateList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Every store of every task: entries and bytes.",
        discussion: """
            Entries are counted one by one up to --limit; above it ~ marks RocksDB's estimate for the whole task, or with --brokers that there are more. OFFSET is how much \
            of its changelog the state includes. With --brokers the bytes are those of the changelog's entries.
            --json prints an object a store: {"stage","partition","store","entries","isEstimate","bytes","changelogOffset"}; bytes are the task's.
            """)

    @OptionGroup var choice: StateChoice
    @Option(help: "Count at most so many entries of a store.") var limit = 1_000_000
    @Flag(help: "One JSON object a line.") var json = false

    func run() throws {
        let output = ConsoleOutput()
        defer { output.flush() }
        var table = TextTable(["STAGE", "PARTITION", "STORE", "ENTRIES", "TASK'S BYTES", "OFFSET"], rightAligned: [1, 3, 4, 5])
        for look in try choice.with({ try $0.stores(limit: limit) }) {
            for store in look.stores {
                if json {
                    output.line(
                        JSONText.object([
                            ("stage", .string(look.stage)), ("partition", .integer(look.partition)), ("store", .string(store.name)),
                            ("entries", .integer(store.entries)), ("isEstimate", .bool(store.isEstimate)), ("bytes", look.bytes.map { .integer($0) } ?? .null),
                            ("changelogOffset", .integer(look.changelogOffset)),
                        ]))
                } else {
                    table.add([
                        look.stage, String(look.partition), store.name, (store.isEstimate ? "~" : "") + ByteText.count(store.entries),
                        look.bytes.map { ByteText.size($0) } ?? "-", String(look.changelogOffset),
                    ])
                }
            }
        }
        if !json { table.lines(output.style).forEach { output.line($0) } }
    }
}

/// `leat state get`.
struct StateGet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "The value of a key, in every task that has it.",
        discussion: """
            A key is text, hex:… or u64:… (eight bytes, big endian). A value is shown as text where it is text, else as hexadecimal digits; --as says otherwise, and \
            --raw writes its bytes. Up to which offset of the changelog it is true is said on standard error, and with --json in each object. The exit code is 1 \
            where no task has the key.
            """)

    @OptionGroup var choice: StateChoice
    @Argument(help: "The store.") var store: String
    @Argument(help: ArgumentHelp("The key.", valueName: "key|hex:…|u64:…")) var key: String
    @Option(name: .customLong("as"), help: ArgumentHelp("How the value is shown.", valueName: "text|hex|u64")) var form: StateText.Form?
    @Flag(help: "The value's bytes alone.") var raw = false
    @Flag(help: "One JSON object a line.") var json = false

    func validate() throws { _ = try StateText.bytes(key) }

    func run() throws {
        let bytes = try StateText.bytes(key)
        let output = ConsoleOutput()
        defer { output.flush() }
        let looks = try choice.with { try $0.get(store: store, key: bytes) }
        for look in looks {
            guard let entry = look.entries.first else { continue }
            if entry.isCut { output.warn("the value is longer than 1 MiB and is cut: --data or --brokers gives all of it") }
            if raw {
                FileHandle.standardOutput.write(Data(entry.value))
            } else if json {
                output.line(
                    JSONText.object([
                        ("stage", .string(look.stage)), ("partition", .integer(look.partition)), ("store", .string(store)), ("key", .string(key)),
                        ("value", .string(StateText.text(entry.value, form))), ("changelogOffset", .integer(look.changelogOffset)),
                        ("offset", entry.offset.map { .integer($0) } ?? .null),
                    ]))
            } else {
                output.line("\(look.stage)/\(look.partition)  \(StateText.text(entry.value, form))")
            }
        }
        let found = looks.filter { !$0.entries.isEmpty }
        if !json { StateChoice.tellAge(found.isEmpty ? looks : found, output) }
        guard found.isEmpty else { return }
        let stores = Set(looks.flatMap { look in look.stores.map { "\(look.stage)/\($0.name)" } })
        let isStore = stores.isEmpty || stores.contains { $0.hasSuffix("/" + store) }
        throw CommandFailure(isStore ? "no task has the key \(key) in the store \(store)" : "there is no store \(store); there are \(stores.sorted().joined(separator: ", "))")
    }
}

/// `leat state scan`.
struct StateScan: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan", abstract: "Entries of a store in the order of their keys.",
        discussion: "An endpoint gives at most 1,000 entries of a task, and 4 MiB.")

    @OptionGroup var choice: StateChoice
    @Argument(help: "The store.") var store: String
    @Option(help: ArgumentHelp("Keys that begin so.", valueName: "text|hex:…|u64:…")) var prefix = ""
    @Option(name: [.customShort("n"), .customLong("count")], help: "At most so many of each task.") var count = 20
    @Option(name: .customLong("as"), help: ArgumentHelp("How keys and values are shown.", valueName: "text|hex|u64")) var form: StateText.Form?
    @Flag(help: "One JSON object a line.") var json = false

    func validate() throws { _ = try StateText.bytes(prefix) }

    func run() throws {
        let beginning = try StateText.bytes(prefix)
        let output = ConsoleOutput()
        defer { output.flush() }
        let looks = try choice.with { try $0.scan(store: store, prefix: beginning, count: count) }
        for look in looks {
            for entry in look.entries {
                let texts = [StateText.text(entry.key, form), StateText.text(entry.value, form)]
                if json {
                    output.line(
                        JSONText.object([
                            ("stage", .string(look.stage)), ("partition", .integer(look.partition)), ("store", .string(store)), ("key", .string(texts[0])),
                            ("value", .string(texts[1])), ("changelogOffset", .integer(look.changelogOffset)),
                        ]))
                } else {
                    output.line("\(look.stage)/\(look.partition)  \(texts[0])  \(ByteText.oneLine(texts[1], limit: 300))")
                }
            }
        }
        if !json { StateChoice.tellAge(looks, output) }
    }
}
