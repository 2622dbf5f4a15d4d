import Coordination
import Glibc
public import LogClient
public import Records
public import Streams

/// Runs a topology on a log until its inputs are exhausted, or for ever, and reports.
public final class PipelineRunner: Sendable {
    private let runtime: StreamRuntime
    private let engine: any LogEngine
    private let stages: [Stage]
    private let outside: [OutsideStage]

    public init(
        engine: any LogEngine, topology: WebTopology, stateFolder: String, build: String, workerCount: Int,
        compression: @escaping @Sendable (String) -> CompressionCodec, transactionalID: String = "leat-run"
    ) {
        var settings = RuntimeSettings(stateFolder: stateFolder, build: build, transactionalID: transactionalID)
        settings.workerCount = workerCount
        settings.hasRoom = { DiskRoom.isThere(at: stateFolder) }
        settings.outside = topology.outside
        self.engine = engine
        stages = topology.stages
        outside = topology.outside
        runtime = StreamRuntime(
            engine: engine, stages: topology.stages, settings: settings, compression: compression,
            nowMilliseconds: { Self.wallMilliseconds() })
    }

    public func requestStop() { runtime.requestStop() }

    /// Runs; `onCommit` is called after each commit on this thread.
    public func run(follow: Bool, onCommit: (RuntimeSnapshot) -> Void) throws -> RunReport {
        let began = ContinuousClock.now
        let pagesBefore = try committedPages()
        try runtime.run(until: follow ? .never : .inputsExhausted, onCommit: onCommit)
        var report = RunReport()
        report.add(runtime.snapshot)
        report.pagesOfThisRun = try committedPages() - pagesBefore
        let elapsed = (ContinuousClock.now - began).components
        report.seconds = Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        report.cpuSeconds = seconds(usage.ru_utime) + seconds(usage.ru_stime)
        report.peakResidentBytes = usage.ru_maxrss * 1024
        return report
    }

    /// Pages that the stage extract has handled by now, in all runs of the data folder.
    private func committedPages() throws -> Int {
        let known = stages.map { OutsideStage(name: $0.name, group: $0.group, inputs: $0.inputs) } + outside
        guard let stage = known.first(where: { $0.name == "extract" }), let topic = stage.inputs.first else { return 0 }
        return try (0..<engine.partitionCount(of: topic)).reduce(0) { sum, number in
            let position = try engine.committedPosition(of: stage.group, in: TopicPartition(topic, number))
            return sum + (position.map { Ledger(text: $0.metadata).in } ?? 0)
        }
    }

    /// Milliseconds since 1970 by the system's clock.
    public static func wallMilliseconds() -> Int64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
    }
}
