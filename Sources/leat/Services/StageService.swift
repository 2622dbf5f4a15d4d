import Console
import Foundation
import LogClient
import Pipeline
import Records
import Streams
import Synchronization

/// A stage as a service, or all parts of a divided one: members of their consumer groups on a cluster, until it is asked to stop.
struct StageService {
    let options: ServiceOptions
    let stage: String
    let quiet: Bool

    func run(_ recipe: Recipe, _ environment: PipelineEnvironment, declared: [DeclaredTopic]) throws {
        let names = try recipe.stages(named: stage).map(\.name)
        let topology = try WebTopology(recipe: recipe, environment: environment, only: Set(names))
        var configuration = try options.cluster.configuration()
        let name = options.instance ?? "\(Self.hostName)-\(UUID().uuidString.prefix(8).lowercased())"
        if let instance = options.instance { configuration.set("group.instance.id", instance) }
        let topics = try TopicSet(declared: declared, models: recipe.topicModels, stages: topology.stages)
        try topics.create(on: configuration, note: note)
        let parts = try topology.stages.map { try part($0, name: name, configuration, topics, of: topology.stages.count) }
        let interrupts = InterruptHandler { for part in parts { part.runtime.requestStop() } }
        defer { interrupts.stop() }
        for part in parts { note("stage \(part.stage.name) as \(name), group \(part.stage.group), on \(part.brokers)") }
        let endpoint = StageEndpoint(groups: Dictionary(uniqueKeysWithValues: topology.stages.map { ($0.name, $0.group) }), build: BuildInformation.build)
        let queries = StateQueries(
            stages: topology.stages.map { ($0.name, $0.changelog) }, stateFolder: options.runtimeSettings(stage: stage, name: name).stateFolder, isOpen: options.openState
        ) { stage in
            let status = endpoint.statuses.first { $0.stage == stage }
            return (status?.tasks ?? [], status?.restoring != nil)
        }
        let served = try options.metrics.map { try HTTPEndpoint(listen: $0, look: { queries.answer($0) }, answer: { endpoint.answer($0) }) }
        defer { served?.close() }
        if let served { note("health and metrics at http://\(served.address)") }
        try run(parts, endpoint)
        note("stage \(stage) has stopped: everything handled is committed")
    }

    /// A stage with a client of its own: a process reads a partition in one place, and the parts of a divided stage read the same ones.
    private struct Part: Sendable {
        let stage: Stage
        let runtime: StreamRuntime
        let brokers: String
    }

    private func part(_ stage: Stage, name: String, _ configuration: ClusterConfiguration, _ topics: TopicSet, of count: Int) throws -> Part {
        let engine: ClusterEngine
        do { engine = try ClusterEngine(configuration, compression: topics.compression) } catch { throw CommandFailure("\(error)") }
        var settings = options.runtimeSettings(stage: stage.name, name: name)
        // Each has one task.
        if count > 1 { settings.workerCount = 1 }
        settings.hasRoom = { [folder = settings.stateFolder] in DiskRoom.isThere(at: folder) }
        try FileManager.default.createDirectory(atPath: settings.stateFolder, withIntermediateDirectories: true)
        // Batches are only carried to the library, which compresses what it sends.
        let runtime = StreamRuntime(
            engine: engine, stages: [stage], settings: settings, compression: { _ in .none }, nowMilliseconds: { PipelineRunner.wallMilliseconds() })
        return Part(stage: stage, runtime: runtime, brokers: engine.brokers)
    }

    /// Runs all parts, the first on this thread. Where one ends with an error, the others are stopped, and it is thrown.
    private func run(_ parts: [Part], _ endpoint: StageEndpoint) throws {
        let board = ServiceBoard(count: parts.count, isEnabled: !quiet)
        let work: @Sendable (Int) -> Void = { index in
            do {
                try parts[index].runtime.run(until: .never) { endpoint.update(board.show($0, of: index)) }
            } catch {
                board.fail(error)
            }
            for part in parts { part.runtime.requestStop() }
        }
        let done = DispatchGroup()
        for index in parts.indices.dropFirst() {
            done.enter()
            let thread = Thread {
                work(index)
                done.leave()
            }
            thread.stackSize = 8 << 20
            thread.start()
        }
        work(0)
        done.wait()
        if let failure = board.failure { throw failure }
    }

    private func note(_ text: String) {
        if !quiet { FileHandle.standardError.write(Data("leat: \(text)\n".utf8)) }
    }

    private static var hostName: String {
        let name = ProcessInfo.processInfo.hostName.split(separator: ".").first.map(String.init) ?? "leat"
        return String(name.prefix(60))
    }
}

/// How the parts of a service stand, together. Any thread.
private final class ServiceBoard: Sendable {
    private struct State {
        var snapshots: [RuntimeSnapshot]
        var displays: [ServiceDisplay]
        var failure: (any Error)?
    }

    private let state: Mutex<State>

    init(count: Int, isEnabled: Bool) {
        state = Mutex(
            State(
                snapshots: (0..<count).map { _ in RuntimeSnapshot() }, displays: (0..<count).map { _ in ServiceDisplay(isEnabled: isEnabled) }))
    }

    var failure: (any Error)? { state.withLock { $0.failure } }

    func fail(_ error: any Error) { state.withLock { if $0.failure == nil { $0.failure = error } } }

    /// Takes a part's snapshot, shows it, and gives that of all parts.
    func show(_ snapshot: RuntimeSnapshot, of index: Int) -> RuntimeSnapshot {
        state.withLock { state in
            state.snapshots[index] = snapshot
            state.displays[index].show(snapshot)
            var all = RuntimeSnapshot()
            for part in state.snapshots {
                all.stages += part.stages
                all.commits += part.commits
                all.restarts += part.restarts
                all.lastFailure = part.lastFailure ?? all.lastFailure
                all.isDiskFull = all.isDiskFull || part.isDiskFull
                all.lastCommit = max(all.lastCommit, part.lastCommit)
                all.restorationTimeLeft = [all.restorationTimeLeft, part.restorationTimeLeft].compactMap { $0 }.max()
            }
            return all
        }
    }
}
