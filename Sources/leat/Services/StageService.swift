import Console
import Foundation
import LogClient
import Pipeline
import Records
import Streams

/// One stage as a service: a member of its consumer group on a cluster, until it is asked to stop.
struct StageService {
    let options: ServiceOptions
    let stage: String
    let quiet: Bool

    func run(_ recipe: Recipe, _ environment: PipelineEnvironment, declared: [DeclaredTopic]) throws {
        let topology = try WebTopology(recipe: recipe, environment: environment, only: [stage])
        guard let built = topology.stages.first else { throw CommandFailure("the recipe has no stage \(stage)") }
        var configuration = try options.cluster.configuration()
        let name = options.instance ?? "\(Self.hostName)-\(UUID().uuidString.prefix(8).lowercased())"
        if let instance = options.instance { configuration.set("group.instance.id", instance) }
        let topics = try TopicSet(declared: declared, stages: topology.stages)
        try topics.create(on: configuration, note: note)
        let codecs = topics.compression
        let engine: ClusterEngine
        do { engine = try ClusterEngine(configuration, compression: codecs) } catch { throw CommandFailure("\(error)") }
        var settings = options.runtimeSettings(stage: stage, name: name)
        settings.hasRoom = { [folder = settings.stateFolder] in DiskRoom.isThere(at: folder) }
        try FileManager.default.createDirectory(atPath: settings.stateFolder, withIntermediateDirectories: true)
        // Batches are only carried to the library, which compresses what it sends.
        let runtime = StreamRuntime(
            engine: engine, stages: [built], settings: settings, compression: { _ in .none }, nowMilliseconds: { PipelineRunner.wallMilliseconds() })
        let interrupts = InterruptHandler { runtime.requestStop() }
        defer { interrupts.stop() }
        note("stage \(stage) as \(name), group \(built.group), on \(engine.brokers)")
        var display = ServiceDisplay(isEnabled: !quiet)
        let endpoint = StageEndpoint(groups: [stage: built.group], build: BuildInformation.build)
        let queries = StateQueries(stage: stage, changelog: built.changelog, stateFolder: settings.stateFolder, isOpen: options.openState) {
            let status = endpoint.statuses.first
            return (status?.tasks ?? [], status?.restoring != nil)
        }
        let served = try options.metrics.map { try HTTPEndpoint(listen: $0, look: { queries.answer($0) }, answer: { endpoint.answer($0) }) }
        defer { served?.close() }
        if let served { note("health and metrics at http://\(served.address)") }
        try runtime.run(until: .never) { snapshot in
            endpoint.update(snapshot)
            display.show(snapshot)
        }
        note("stage \(stage) has stopped: everything handled is committed")
    }

    private func note(_ text: String) {
        if !quiet { FileHandle.standardError.write(Data("leat: \(text)\n".utf8)) }
    }

    private static var hostName: String {
        let name = ProcessInfo.processInfo.hostName.split(separator: ".").first.map(String.init) ?? "leat"
        return String(name.prefix(60))
    }
}

/// A service's log lines: what it has, how fast it is, how far behind, and what it is waiting for; one every ten seconds, and at each change of tasks.
struct ServiceDisplay {
    private let isEnabled: Bool
    private var lastShown = ContinuousClock.now
    private var lastIn: Int?
    private var lastTasks: [Int32] = []
    private var lastRestarts = 0
    private var lastFull = false

    init(isEnabled: Bool) { self.isEnabled = isEnabled }

    mutating func show(_ snapshot: RuntimeSnapshot) {
        guard isEnabled, let stage = snapshot.stages.first else { return }
        let elapsed = ContinuousClock.now - lastShown
        let changed = stage.tasks.sorted() != lastTasks || snapshot.restarts != lastRestarts || snapshot.isDiskFull != lastFull
        guard changed || elapsed >= .seconds(10) else { return }
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        // The ledger is of the partitions at hand: with other ones, no rate can be told from it.
        let rate = changed || lastIn == nil ? nil : Double(stage.ledger.in - (lastIn ?? 0)) / max(seconds, 0.001)
        (lastShown, lastIn, lastTasks, lastRestarts) = (ContinuousClock.now, stage.ledger.in, stage.tasks.sorted(), snapshot.restarts)
        lastFull = snapshot.isDiskFull
        var line = "\(stage.name): tasks \(lastTasks.map(String.init).joined(separator: ","))"
        if lastTasks.isEmpty { line += "none" }
        if let rate { line += String(format: ", %.0f records/s", rate) }
        line += ", in \(stage.ledger.in), out \(stage.ledger.out), rejected \(stage.ledger.rejected), dead \(stage.ledger.dead), lag \(stage.lagRecords)"
        if stage.restoringTasks > 0 { line += ", restoring \(stage.restoringTasks) tasks: \(restoration(stage, snapshot))" }
        if snapshot.isDiskFull { line += ", waiting: the disk is full" }
        if snapshot.restarts > 0 { line += ", restarts \(snapshot.restarts) (\(snapshot.lastFailure ?? ""))" }
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }

    private func restoration(_ stage: RuntimeSnapshot.StageState, _ snapshot: RuntimeSnapshot) -> String {
        let time = snapshot.restorationTimeLeft.map { ", about \(TimeText.span(seconds: Double($0.components.seconds) + 1))" } ?? ""
        return "\(ByteText.count(stage.restoringRecords)) entries, \(ByteText.size(stage.restoringBytes)) left\(time)"
    }
}
