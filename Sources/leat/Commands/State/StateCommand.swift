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
            State lies in the data folder, a database for each task (stage and partition), with named stores in it. It is opened for reading alone, \
            without a lock: what is shown is as of the stage's last commit. Keys and values are text, hexadecimal digits (hex:00ff) or numbers of 64 bits (u64:42).

            EXAMPLES
              leat state list
              leat state get identifiers u64:42                which document has number 42 in the deduplication
              leat state get lake writer                       how far the lake's files are
              leat state scan index --stage dedup --prefix hex:01 -n 5
            """,
        subcommands: [StateList.self, StateGet.self, StateScan.self], defaultSubcommand: StateList.self)
}

/// Which state is meant.
struct StateChoice: ParsableArguments {
    @OptionGroup var data: DataFolderOption
    @Option(help: "Of this stage.") var stage: String?
    @Option(help: "Of this partition.") var partition: Int32?
    @Option(help: ArgumentHelp("The state of a replay instead.", valueName: "into")) var replay: String?

    struct Task {
        var stage: String
        var partition: Int32
        var folder: String
    }

    /// The tasks that have state, by stage and partition.
    func tasks() throws -> [Task] {
        _ = try data.reader()
        if let replay, replay.contains("/") || replay.hasPrefix(".") { throw CommandFailure("--replay \(replay): this is no name of a replay") }
        let files = FileManager.default
        let root = data.folder + (replay.map { "/replays/\($0)" } ?? "") + "/state"
        var tasks: [Task] = []
        for name in ((try? files.contentsOfDirectory(atPath: root)) ?? []).sorted() where stage == nil || stage == name {
            let numbers = ((try? files.contentsOfDirectory(atPath: root + "/" + name)) ?? []).compactMap { Int32($0) }.sorted()
            for number in numbers where partition == nil || partition == number {
                tasks.append(Task(stage: name, partition: number, folder: "\(root)/\(name)/\(number)"))
            }
        }
        guard !tasks.isEmpty else {
            throw CommandFailure("\(data.folder) has no state" + (stage.map { " of the stage \($0)" } ?? "") + (partition.map { ", partition \($0)" } ?? ""))
        }
        return tasks
    }

    /// The owner may remove a file between two reads: then it is opened again.
    static func look<Result>(_ task: Task, _ body: (StateReader) throws -> Result) throws -> Result {
        for _ in 0..<4 {
            do { return try body(try StateReader(folder: task.folder)) } catch let error as StateStoreError { if error.kind != .io { throw error } }
        }
        return try body(try StateReader(folder: task.folder))
    }
}

/// `leat state list`.
struct StateList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Every store of every task: entries and bytes.",
        discussion: """
            Entries are counted one by one up to --limit; above it ~ marks RocksDB's estimate for the whole task. OFFSET is how much of its changelog the state includes.
            --json prints an object a store: {"stage","partition","store","entries","isEstimate","bytes","changelogOffset"}; bytes are the task's.
            """)

    @OptionGroup var choice: StateChoice
    @Option(help: "Count at most so many entries of a store.") var limit = 1_000_000
    @Flag(help: "One JSON object a line.") var json = false

    func run() throws {
        let output = ConsoleOutput()
        defer { output.flush() }
        var table = TextTable(["STAGE", "PARTITION", "STORE", "ENTRIES", "TASK'S BYTES", "OFFSET"], rightAligned: [1, 3, 4, 5])
        for task in try choice.tasks() {
            try StateChoice.look(task) { state in
                for store in state.storeNames {
                    var entries = 0
                    try state.scan(store: store) { _, _ in
                        entries += 1
                        return entries <= limit
                    }
                    let isEstimate = entries > limit
                    if isEstimate { entries = max(entries, state.estimatedEntryCount) }
                    if json {
                        output.line(
                            JSONText.object([
                                ("stage", .string(task.stage)), ("partition", .integer(task.partition)), ("store", .string(store)),
                                ("entries", .integer(entries)), ("isEstimate", .bool(isEstimate)), ("bytes", .integer(state.byteCount)),
                                ("changelogOffset", .integer(state.changelogOffset)),
                            ]))
                    } else {
                        table.add([
                            task.stage, String(task.partition), store, (isEstimate ? "~" : "") + ByteText.count(entries), ByteText.size(state.byteCount),
                            String(state.changelogOffset),
                        ])
                    }
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
            --raw writes its bytes. The exit code is 1 where no task has the key.
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
        var stores: Set<String> = []
        var isFound = false
        for task in try choice.tasks() {
            try StateChoice.look(task) { state in
                stores.formUnion(state.storeNames.map { "\(task.stage)/\($0)" })
                guard let value = try state.get(store: store, key: bytes) else { return }
                isFound = true
                if raw {
                    FileHandle.standardOutput.write(Data(value))
                } else if json {
                    output.line(
                        JSONText.object([
                            ("stage", .string(task.stage)), ("partition", .integer(task.partition)), ("store", .string(store)), ("key", .string(key)),
                            ("value", .string(StateText.text(value, form))),
                        ]))
                } else {
                    output.line("\(task.stage)/\(task.partition)  \(StateText.text(value, form))")
                }
            }
        }
        guard isFound else {
            let isStore = stores.contains { $0.hasSuffix("/" + store) }
            throw CommandFailure(isStore ? "no task has the key \(key) in the store \(store)" : "there is no store \(store); there are \(stores.sorted().joined(separator: ", "))")
        }
    }
}

/// `leat state scan`.
struct StateScan: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "scan", abstract: "Entries of a store in the order of their keys.")

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
        for task in try choice.tasks() {
            try StateChoice.look(task) { state in
                var left = count
                guard left > 0 else { return }
                try state.scan(store: store, prefix: beginning) { key, value in
                    let texts = [StateText.text(Array(key), form), StateText.text(Array(value), form)]
                    if json {
                        output.line(
                            JSONText.object([
                                ("stage", .string(task.stage)), ("partition", .integer(task.partition)), ("store", .string(store)), ("key", .string(texts[0])),
                                ("value", .string(texts[1])),
                            ]))
                    } else {
                        output.line("\(task.stage)/\(task.partition)  \(texts[0])  \(ByteText.oneLine(texts[1], limit: 300))")
                    }
                    left -= 1
                    return left > 0
                }
            }
        }
    }
}
