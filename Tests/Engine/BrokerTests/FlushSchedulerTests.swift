import Dispatch
import Glibc
import LogStorage
import Records
import Synchronization
import SystemIO
import Testing

@testable import Broker

@Suite struct FlushSchedulerTests {
    let files = SimulatedFileSystem()

    func log(_ number: Int, policy: FlushPolicy = .group) throws -> PartitionLog {
        var configuration = LogConfiguration()
        configuration.flushPolicy = policy
        return try PartitionLog(folder: "p\(number)", fileSystem: files, configuration: configuration)
    }

    func append(_ log: PartitionLog) throws -> Int64 {
        let builder = RecordBatchBuilder()
        try builder.append(key: nil, value: "v", timestamp: 1)
        return try log.append(batches: try builder.finish(), leaderEpoch: 0).lastOffset + 1
    }

    @Test func everyoneIsAnsweredAfterWhatTheyAppendedIsDurable() throws {
        let scheduler = FlushScheduler(threads: 3)
        let logs = try (0..<20).map { try log($0) }
        let early = Atomic(0)
        let answered = DispatchGroup()
        DispatchQueue.concurrentPerform(iterations: 4) { _ in
            for round in 0..<200 {
                let log = logs[round % logs.count]
                guard let end = try? append(log) else { continue }
                answered.enter()
                scheduler.whenDurable(log: log, upTo: end) { result in
                    if case .failure = result { early.add(1, ordering: .relaxed) }
                    if log.flushedOffset < end { early.add(1, ordering: .relaxed) }
                    answered.leave()
                }
            }
        }
        #expect(answered.wait(timeout: .now() + .seconds(30)) == .success)
        let tooEarly = early.load(ordering: .relaxed)
        #expect(tooEarly == 0)
        #expect(logs.allSatisfy { $0.flushedOffset == 40 })
    }

    private func comesTrue(_ condition: () -> Bool) -> Bool {
        let deadline = DispatchTime.now() + .seconds(20)
        while DispatchTime.now() < deadline {
            if condition() { return true }
            sched_yield()
        }
        return condition()
    }

    /// Records under acks=1 that came while a slow sync of their partition was under way were never shown to readers, when their time
    /// to be synced came within that sync: aiokafka then waited for ever at the end of a topic, now and then, on a busy disk.
    @Test func whatComesDuringASlowSyncIsSyncedAfterIt() throws {
        let scheduler = FlushScheduler(threads: 2)
        let slow = try log(0)
        let other = try log(1)
        let gate = DispatchSemaphore(value: 0)
        let begun = DispatchSemaphore(value: 0)
        // Its sync is done, and for the scheduler goes on until the gate opens.
        scheduler.whenDurable(log: slow, upTo: try append(slow)) { _ in
            begun.signal()
            gate.wait()
        }
        begun.wait()
        let late = try append(slow)
        scheduler.noteAppend(to: slow)
        // Noted after it, so that when this one is shown the other's time has come too.
        let shown = try append(other)
        scheduler.noteAppend(to: other)
        // One thread is kept: this starts the other, which then minds what is due.
        let third = try log(2)
        scheduler.whenDurable(log: third, upTo: try append(third)) { _ in }
        #expect(comesTrue { other.highWatermark >= shown })
        gate.signal()
        #expect(comesTrue { slow.highWatermark >= late })
        scheduler.stop()
    }

    @Test func thoseWhoWaitTogetherShareASync() throws {
        let scheduler = FlushScheduler(threads: 1)
        let log = try log(0)
        let gate = DispatchSemaphore(value: 0)
        let other = try self.log(1)
        _ = try append(other)
        // Keeps the only thread, so that all that follows gathers.
        scheduler.whenDurable(log: other, upTo: 1) { _ in gate.wait() }
        let answered = DispatchGroup()
        for _ in 0..<100 {
            answered.enter()
            scheduler.whenDurable(log: log, upTo: try append(log)) { _ in answered.leave() }
        }
        let before = files.callCount
        gate.signal()
        #expect(answered.wait(timeout: .now() + .seconds(30)) == .success)
        #expect(files.callCount - before < 30)
    }

    @Test func answersComeInTheOrderOfTheQuestions() throws {
        let scheduler = FlushScheduler(threads: 4)
        let log = try log(0)
        let order = Mutex<[Int]>([])
        let answered = DispatchGroup()
        for number in 0..<500 {
            answered.enter()
            scheduler.whenDurable(log: log, upTo: try append(log)) { _ in
                order.withLock { $0.append(number) }
                answered.leave()
            }
        }
        answered.wait()
        #expect(order.withLock { $0 } == Array(0..<500))
    }

    @Test func aFailingDiskIsToldToEveryone() throws {
        let scheduler = FlushScheduler(threads: 2)
        let log = try log(0)
        let end = try append(log)
        files.fail(call: 1, with: 5, only: .synchronizeData)
        for _ in 0..<3 {
            #expect(throws: (any Error).self) { try BrokerTests.answered { scheduler.whenDurable(log: log, upTo: end, $0) } }
        }
        // Nobody waits for ever for a log that was closed.
        let closed = try self.log(1)
        let last = try append(closed)
        try closed.close()
        #expect(throws: (any Error).self) { try BrokerTests.answered { scheduler.whenDurable(log: closed, upTo: last + 1, $0) } }
        scheduler.stop()
        let later = try self.log(2)
        #expect(throws: (any Error).self) { try BrokerTests.answered { scheduler.whenDurable(log: later, upTo: 1, $0) } }
    }

    @Test(arguments: [FlushPolicy.group, .interval(milliseconds: 1)])
    func whatNobodyWaitsForIsDurableSoon(policy: FlushPolicy) throws {
        let scheduler = FlushScheduler(threads: 1)
        let logs = try (0..<10).map { try log($0, policy: policy) }
        for log in logs {
            _ = try append(log)
            scheduler.noteAppend(to: log)
        }
        let deadline = DispatchTime.now() + .seconds(20)
        while DispatchTime.now() < deadline, !logs.allSatisfy({ $0.flushedOffset == 1 }) { sched_yield() }
        #expect(logs.allSatisfy { $0.flushedOffset == 1 && $0.highWatermark == 1 })
    }

    @Test func thoseWhoWaitComeBeforeWhatNobodyWaitsFor() throws {
        let scheduler = FlushScheduler(threads: 1)
        let gate = DispatchSemaphore(value: 0)
        let other = try log(100)
        scheduler.whenDurable(log: other, upTo: try append(other)) { _ in gate.wait() }
        let logs = try (0..<40).map { try log($0) }
        for log in logs {
            _ = try append(log)
            scheduler.noteAppend(to: log)
        }
        // Until all of them are due.
        let due = DispatchTime.now() + .milliseconds(Int(FlushScheduler.lazyMilliseconds) + 1)
        while DispatchTime.now() < due { sched_yield() }
        let waited = try log(101)
        let end = try append(waited)
        let counted = Mutex<Int?>(nil)
        let done = DispatchSemaphore(value: 0)
        scheduler.whenDurable(log: waited, upTo: end) { _ in
            counted.withLock { $0 = logs.filter { $0.flushedOffset == 1 }.count }
            done.signal()
        }
        gate.signal()
        done.wait()
        #expect(counted.withLock { $0 ?? 40 } <= 2)
    }

    @Test func withoutDurabilityNobodyWaits() throws {
        let scheduler = FlushScheduler(threads: 1)
        for policy in [FlushPolicy.never, .interval(milliseconds: 60_000)] {
            let log = try log(policy == .never ? 0 : 1, policy: policy)
            let end = try append(log)
            let isCalled = Atomic(false)
            scheduler.whenAcknowledged(log: log, upTo: end) { _ in isCalled.store(true, ordering: .relaxed) }
            let wasCalled = isCalled.load(ordering: .relaxed)
            #expect(wasCalled)
            #expect(log.flushedOffset == 0)
        }
    }
}
