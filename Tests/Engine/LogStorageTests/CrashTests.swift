import LogStorage
import Records
import SystemIO
import Testing

/// Random work on a simulated disk that is crashed: what `flush` acknowledged is there afterwards, in order, and nothing
/// is there that was never appended.
@Suite struct CrashTests {
    struct Run {
        /// The value of each offset, as appended (and possibly lost).
        var appended: [Int64: String] = [:]
        var acknowledgedEnd: Int64 = 0
        var startOffset: Int64 = 0
        var disk: SimulatedFileSystem
    }

    static let settings = ["segment.bytes": "1500", "index.interval.bytes": "200", "retention.ms": "-1"]

    /// Works until the steps are done or the disk stops; an error of the disk ends the run.
    static func work(_ random: inout SeededGenerator, on disk: SimulatedFileSystem, steps: Int) -> Run {
        var run = Run(disk: disk)
        let clock = ManualTimeSource()
        do {
            let log = try LogFixture.open(disk, settings, clock: clock)
            run.acknowledgedEnd = log.endOffset
            for step in 0..<steps {
                clock.advance(milliseconds: Int64.random(in: 0...800, using: &random))
                switch Int.random(in: 0..<12, using: &random) {
                case 0..<7:
                    let values = (0..<Int.random(in: 1...4, using: &random)).map {
                        "\(step).\($0) " + String(repeating: "x", count: Int.random(in: 0...200, using: &random))
                    }
                    let end = log.endOffset
                    for (delta, value) in values.enumerated() { run.appended[end + Int64(delta)] = value }
                    _ = try log.append(batches: LogFixture.batch(values, timestamp: Int64(step)), leaderEpoch: Int32(step / 20))
                case 7..<11: run.acknowledgedEnd = try log.flush()
                default:
                    let before = Int64.random(in: log.startOffset...log.highWatermark, using: &random)
                    run.startOffset = max(run.startOffset, before)
                    try log.deleteRecords(before: before)
                }
            }
            if Bool.random(using: &random) {
                try log.close()
                run.acknowledgedEnd = log.endOffset
            }
        } catch {}
        return run
    }

    static func check(_ run: Run, after disk: SimulatedFileSystem, _ comment: Comment) throws {
        let log = try LogFixture.open(disk, settings)
        #expect(log.recovery.damage.isEmpty, comment)
        #expect(log.endOffset >= run.acknowledgedEnd, comment)
        #expect(log.startOffset <= run.startOffset, comment)
        #expect(log.highWatermark == log.endOffset, comment)
        let values = try LogFixture.values(log, maxBytes: 700)
        #expect(values.count == Int(log.endOffset - log.startOffset), comment)
        for (offset, value) in values { #expect(run.appended[offset] == value, comment) }
        let findings = try log.verify().findings
        #expect(findings.isEmpty, "\(comment): \(findings), \(log.recovery)")
        // It goes on: what was read is durable now, and new records follow it.
        let result = try log.append(batches: LogFixture.batch(["after"]), leaderEpoch: 1000)
        #expect(result.baseOffset == log.endOffset - 1, comment)
        try log.close()
    }

    @Test(arguments: 0..<60) func acknowledgedRecordsSurviveCrashes(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let disk = SimulatedFileSystem()
        let run = Self.work(&random, on: disk, steps: 60)
        for crash in 0..<5 {
            try Self.check(run, after: disk.crash(seed: random.next()), "seed \(seed), crash \(crash)")
        }
        try Self.check(run, after: disk.afterKill(), "seed \(seed), kill")
    }

    @Test(arguments: 0..<60) func stoppedAtAnyCall(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(1000 + seed))
        let disk = SimulatedFileSystem()
        disk.stop(atCall: Int.random(in: 1...600, using: &random))
        let run = Self.work(&random, on: disk, steps: 60)
        for crash in 0..<5 {
            try Self.check(run, after: disk.crash(seed: random.next()), "seed \(seed), crash \(crash)")
        }
        try Self.check(run, after: disk.afterKill(), "seed \(seed), kill")
    }

    @Test(arguments: 0..<60) func failingCalls(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(2000 + seed))
        let disk = SimulatedFileSystem()
        let errors = [ErrorNumber.inputOutput, ErrorNumber.noSpace]
        disk.fail(call: Int.random(in: 1...600, using: &random), with: errors.randomElement(using: &random) ?? 5)
        let run = Self.work(&random, on: disk, steps: 60)
        for crash in 0..<5 {
            try Self.check(run, after: disk.crash(seed: random.next()), "seed \(seed), crash \(crash)")
        }
    }
}
