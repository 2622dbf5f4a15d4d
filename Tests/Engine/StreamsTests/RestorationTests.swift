import Coordination
import Foundation
import LogClient
import Records
import StateStore
import Synchronization
import Testing

@testable import Streams

/// State that comes back beside work that goes on: how far it is, and how fast it may be.
@Suite("Restoration")
struct RestorationTests {
    private let partition = TopicPartition("changes", 0)

    /// A changelog of so many entries of 1 KiB.
    private func log(entries: Int) throws -> InMemoryLog {
        let log = InMemoryLog()
        log.createTopic("changes", partitions: 1)
        let transaction = try log.beginTransaction(id: "x")
        for number in 0..<entries {
            let builder = RecordBatchBuilder()
            try builder.append(key: [1, UInt8(ascii: "a")] + Array("\(number)".utf8), value: [UInt8](repeating: 7, count: 1_000), headers: [], timestamp: 1)
            try transaction.append(builder, to: partition)
        }
        try transaction.commit([])
        return log
    }

    @Test func aLimitHoldsOnAverageAndTheRestIsToldInRecordsBytesAndTime() throws {
        let log = try log(entries: 300)
        let pace = RestorationPace(bytesPerSecond: 400_000)
        let restoration = try StateRestoration(InMemoryStateStore(), from: partition, of: log, pace: pace)
        #expect(pace.timeLeft(for: 300) == nil)
        #expect(restoration.remainingCount == 300)
        let began = ContinuousClock.now
        var waited = 0
        var seen: [(records: Int64, bytes: Int)] = []
        while !restoration.isDone {
            guard restoration.isAllowed else {
                waited += 1
                usleep(2_000)
                continue
            }
            #expect(try restoration.step(waitingAtMost: .zero))
            seen.append((restoration.remainingCount, restoration.remainingBytes()))
        }
        let seconds = (ContinuousClock.now - began).inSeconds
        // About 300 KiB, of which a quarter of a second's worth may go at once, and a piece on credit.
        let least = Double(restoration.restoredBytes - 100_000 - 2 * pace.pieceBytes) / 400_000
        #expect(seconds >= least && least > 0.2 && waited > 0, "\(seconds) \(least)")
        #expect(restoration.restoredCount == 300 && seen.last?.bytes == 0)
        for (records, bytes) in seen.dropLast() { #expect(Double(bytes) / Double(max(1, records)) > 900) }
        let left = try #require(pace.timeLeft(for: 300)).inSeconds
        #expect(left > 0.2 && left < 60)
    }

    @Test func withoutALimitNothingIsHeldBack() throws {
        let pace = RestorationPace()
        pace.note(bytes: 1 << 40, records: 1)
        #expect(pace.allows && pace.pieceBytes == 1 << 20)
        #expect(RestorationPace(bytesPerSecond: 1_024).pieceBytes == 16 << 10)
    }

    @Test("Tasks with their state go on while another one's is restored slowly", arguments: [EngineKind.embedded, .served])
    func othersGoOn(_ kind: EngineKind) throws {
        let log = try kind.make()
        for topic in ["in", "other", "out", "count-changelog", "rejected", "count.dlq", "shout.dlq"] { try log.createTopic(topic, partitions: 1) }
        let engine = try log.connect()
        let folder = NSTemporaryDirectory() + "leat-state-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let counting = Stage.make("count", changelog: "count-changelog", .perPartition { _ in KeyedCounter() })
        let first = RunningStage(counting, on: try log.connect(), state: folder + "/a", name: "first")
        // Commit by commit: a batch of the changelog is read as a whole.
        for step in 1...15 {
            try fill(engine, "in", (step - 1) * 200..<step * 200)
            #expect(eventually { first.snapshot.stages.first?.ledger.in == step * 200 })
        }
        try first.stop()
        // The state is lost; it comes back with 60 KB a second, which takes some seconds.
        var settings = RuntimeSettings(stateFolder: folder + "/b", build: "test", transactionalID: "test-second")
        (settings.commitInterval, settings.measureInterval) = (.milliseconds(20), .milliseconds(50))
        settings.commitsWhenIdle = false
        settings.restoreBytesPerSecond = 60_000
        let shouting = Stage.make("shout", inputs: ["other"], .perPartition { _ in Shouter() })
        let runtime = StreamRuntime(
            engine: try log.connect(), stages: [counting, shouting], settings: settings, compression: { _ in .none }, nowMilliseconds: { 1 })
        let latest = Mutex(RuntimeSnapshot())
        let seen = Mutex<[Int]>([])
        let ended = DispatchSemaphore(value: 0)
        let thread = Thread {
            try? runtime.run(until: .never) { snapshot in
                latest.withLock { $0 = snapshot }
                if let left = snapshot.stages.first?.restoringRecords, left > 0 { seen.withLock { $0.append(left) } }
            }
            ended.signal()
        }
        thread.start()
        func stage(_ index: Int) -> RuntimeSnapshot.StageState? { latest.withLock { $0.stages.count > index ? $0.stages[index] : nil } }
        #expect(eventually { stage(0)?.restoringTasks == 1 && stage(0)?.restoredRecords ?? 0 > 0 })
        try fill(engine, "other", 0..<50)
        #expect(eventually { stage(1)?.ledger.in == 50 })
        // The other stage has handled its records, and this one is still being restored.
        let state = try #require(stage(0))
        #expect(state.restoringTasks == 1 && state.restoringRecords > 0 && state.restoringBytes > 0)
        #expect(latest.withLock { $0.restorationTimeLeft } != nil)
        #expect(eventually { stage(0)?.restoringTasks == 0 })
        #expect(stage(0)?.restoredRecords ?? 0 >= 3_000)
        #expect(latest.withLock { $0.restorationTimeLeft } == nil)
        let falling = seen.withLock { $0 }
        #expect(falling == falling.sorted(by: >) && Set(falling).count > 3, "\(falling)")
        runtime.requestStop()
        ended.wait()
    }

    private func fill(_ engine: any LogEngine, _ topic: String, _ numbers: Range<Int>) throws {
        let transaction = try engine.beginTransaction(id: "fill")
        let builder = RecordBatchBuilder()
        for number in numbers { try builder.append(key: nil as [UInt8]?, value: Array("\(number)".utf8), headers: [], timestamp: 1) }
        try transaction.append(builder, to: TopicPartition(topic, 0))
        try transaction.commit([])
    }
}

/// Remembers every value with 40 bytes beside it.
private final class KeyedCounter: Processor {
    func process(_ record: borrowing FetchedRecord, _ context: ProcessorContext) throws -> Disposition {
        try context.store("counts").put(record.value.map { [UInt8]($0) } ?? [], [UInt8](repeating: 1, count: 40))
        return .passed
    }
}
