import Broker
import Coordination
import Dispatch
import Glibc
import LogClient
import Records
public import Streams

/// A stage of your own as a program, in the three ways in which a stage runs: embedded over a data folder, as a service on a cluster, and as a filter
/// from standard input to standard output.
///
///     try StageProgram(Stage(name: "shout", …)).main()
///
///     shout --data FOLDER            handles what is in the folder's topics, and ends
///     shout --brokers HOST:PORT,…    a member of the stage's consumer group, until SIGTERM; -X key=value as for every `leat` command with --brokers
///     shout --stdio                  a record a line: its value as text; results out, a line each
///
/// Further: --threads N, --state FOLDER, --instance ID (a name that stays), --partitions N (of topics that are made; 1). Topics that are missing are made.
/// One thread calls it, once.
public struct StageProgram {
    private let stage: Stage

    public init(_ stage: Stage) { self.stage = stage }

    /// Runs as the command line says. Throws ``PipelineError`` where that makes no sense, and what ended the stage.
    public func main(_ arguments: [String] = Array(CommandLine.arguments.dropFirst())) throws {
        let options = try ProgramOptions(arguments)
        switch options.place {
        case .folder(let folder): try embedded(folder, options)
        case .cluster(let brokers): try service(brokers, options)
        case .standardInput: try filter()
        }
    }

    private func embedded(_ folder: String, _ options: ProgramOptions) throws {
        let broker = try Broker(folder: folder)
        for topic in Set(stage.topics).sorted() where broker.topic(topic) == nil {
            try broker.declareTopic(TopicDeclaration(name: topic, partitions: options.partitions))
        }
        do {
            try run(EmbeddedEngine(broker: broker), settings(options, stateFolder: options.state ?? folder + "/state"), until: .inputsExhausted)
        } catch {
            try? broker.close()
            throw error
        }
        try broker.close()
    }

    private func service(_ brokers: String, _ options: ProgramOptions) throws {
        var configuration = ClusterConfiguration(brokers: brokers)
        for setting in options.clientSettings { try configuration.set(setting) }
        if let instance = options.instance { configuration.set("group.instance.id", instance) }
        let admin = try ClusterAdmin(configuration)
        let present = Set(try admin.topics().map(\.name))
        for topic in Set(stage.topics).sorted() where !present.contains(topic) {
            try admin.createTopic(topic, partitions: options.partitions, replicas: nil, settings: topic == stage.changelog ? ["cleanup.policy": "compact"] : [:])
        }
        admin.close()
        var settings = settings(options, stateFolder: options.state ?? "\(stage.name)-state")
        settings.commitsWhenIdle = false
        settings.restartLimit = .max
        try run(ClusterEngine(configuration, compression: { _ in .lz4 }), settings, until: .never)
    }

    private func settings(_ options: ProgramOptions, stateFolder: String) -> RuntimeSettings {
        let name = options.instance ?? "\(getpid())-\(UInt32.random(in: .min ... .max))"
        var settings = RuntimeSettings(stateFolder: stateFolder, build: stage.name, transactionalID: "\(stage.name)-\(name)")
        settings.workerCount = options.threads ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        settings.hasRoom = { DiskRoom.isThere(at: stateFolder) }
        return settings
    }

    private func run(_ engine: any LogEngine, _ settings: RuntimeSettings, until completion: StreamRuntime.Completion) throws {
        let runtime = StreamRuntime(
            engine: engine, stages: [stage], settings: settings, compression: { _ in .none }, nowMilliseconds: { PipelineRunner.wallMilliseconds() })
        let sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { runtime.requestStop() }
            source.resume()
            return source
        }
        defer { for source in sources { source.cancel() } }
        try runtime.run(until: completion) { _ in }
        let ledger = runtime.snapshot.stages.first?.ledger ?? Ledger()
        Self.warn("\(stage.name): in \(ledger.in), out \(ledger.out), rejected \(ledger.rejected), dead \(ledger.dead)")
    }

    private static func warn(_ text: String) {
        let line = Array((text + "\n").utf8)
        _ = write(STDERR_FILENO, line, line.count)
    }

    /// Throws where a record could not be handled, after the others were.
    private func filter() throws {
        let task = try DirectTask(stage)
        var number: UInt64 = 0
        while let line = readLine() {
            let record = Record(offset: Int64(number), timestamp: 0, key: nil, value: Array(line.utf8))
            let outcome = try task.process(record, order: OrderKey(number)) { output, record in
                if output == 0 { print(record.value.map { String(decoding: $0, as: UTF8.self) } ?? "") }
            }
            number += 1
            if case .failed(let error) = outcome { Self.warn("line \(number): \(error)") }
        }
        fflush(nil)
        guard task.ledger.dead == 0 else { throw PipelineError("\(task.ledger.dead) of \(task.ledger.in) records could not be handled") }
    }
}

/// What the command line of a ``StageProgram`` says.
struct ProgramOptions {
    enum Place: Equatable {
        case folder(String), cluster(String), standardInput
    }

    var place = Place.standardInput
    var clientSettings: [String] = []
    var threads: Int?
    var state: String?
    var instance: String?
    var partitions: Int32 = 1

    init(_ arguments: [String]) throws {
        var places: [Place] = []
        var rest = arguments[...]
        while let option = rest.popFirst() {
            func value() throws -> String {
                guard let value = rest.popFirst() else { throw PipelineError("\(option) needs a value") }
                return value
            }
            func number(_ range: ClosedRange<Int>) throws -> Int {
                let text = try value()
                guard let number = Int(text), range.contains(number) else {
                    throw PipelineError("\(option) \(text): a number from \(range.lowerBound) to \(range.upperBound) is needed")
                }
                return number
            }
            switch option {
            case "--data": places.append(.folder(try value()))
            case "--brokers": places.append(.cluster(try value()))
            case "--stdio": places.append(.standardInput)
            case "-X": clientSettings.append(try value())
            case "--threads": threads = try number(1...256)
            case "--state": state = try value()
            case "--instance": instance = try value()
            case "--partitions": partitions = Int32(try number(1...10_000))
            default: throw PipelineError("there is no option \(option)")
            }
        }
        guard places.count == 1, let place = places.first else { throw PipelineError("say where to run: one of --data FOLDER, --brokers HOST:PORT, --stdio") }
        self.place = place
    }
}
