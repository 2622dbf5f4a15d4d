import LogStorage
import Records
import SystemIO
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// Random work on a simulated disk that is crashed: what `flush` acknowledged is there afterwards, in order, and nothing
/// is there that was never appended.
@Suite struct CrashTests {
    struct Run {
        /// The value of each offset, as appended (and possibly lost).
        var appended: [Int64: String] = [:]
        var acknowledgedEnd: Int64 = 0
        var startOffset: Int64 = 0
        /// The records of transactions that were aborted, by the offset of the marker.
        var aborted: [Int64: [Int64]] = [:]
        var disk: SimulatedFileSystem
    }

    /// `LEAT_CRASH_SEEDS=10000 swift test -c release -Xswiftc -enable-testing --filter CrashTests` for a long night.
    static let seeds = 0..<(getenv("LEAT_CRASH_SEEDS").flatMap { Int(String(cString: $0)) } ?? 50)

    static let settings = ["segment.bytes": "1500", "index.interval.bytes": "200", "retention.ms": "-1"]

    /// Works until the steps are done or the disk stops; an error of the disk ends the run.
    static func work(_ random: inout SeededGenerator, on disk: SimulatedFileSystem, steps: Int) -> Run {
        var run = Run(disk: disk)
        let clock = ManualTimeSource()
        do {
            let log = try LogFixture.open(disk, settings, clock: clock)
            run.acknowledgedEnd = log.endOffset
            var transactions: [Int64: (records: [Int64], sequence: Int32)] = [:]
            for step in 0..<steps {
                clock.advance(milliseconds: Int64.random(in: 0...800, using: &random))
                switch Int.random(in: 0..<15, using: &random) {
                case 0..<7:
                    let values = (0..<Int.random(in: 1...4, using: &random)).map {
                        "\(step).\($0) " + String(repeating: "x", count: Int.random(in: 0...200, using: &random))
                    }
                    let end = log.endOffset
                    for (delta, value) in values.enumerated() { run.appended[end + Int64(delta)] = value }
                    _ = try log.append(batches: LogFixture.batch(values, timestamp: Int64(step)), leaderEpoch: Int32(step / 20))
                case 12..<15:
                    let id = Int64.random(in: 1...2, using: &random)
                    var producer = transactions[id] ?? ([], 0)
                    let offset = log.endOffset
                    if !producer.records.isEmpty, Bool.random(using: &random) {
                        run.appended[offset] = String(repeating: "\0", count: 6)
                        let isCommit = Bool.random(using: &random)
                        if !isCommit { run.aborted[offset] = producer.records }
                        try log.appendEndTransactionMarker(producerId: id, epoch: 0, commit: isCommit)
                        producer.records = []
                    } else {
                        run.appended[offset] = "t\(step)"
                        let batch = try LogFixture.batch(["t\(step)"], producer: (id, 0, producer.sequence), isTransactional: true)
                        _ = try log.append(batches: batch, leaderEpoch: Int32(step / 20))
                        producer = (producer.records + [offset], producer.sequence + 1)
                    }
                    transactions[id] = producer
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
        // No consumer of committed records is shown what was aborted.
        let told = try abortedTransactions(log)
        for (marker, records) in run.aborted where marker < log.lastStableOffset {
            // What was deleted may be forgotten, also where the transaction began.
            guard let first = records.first(where: { $0 >= log.startOffset }) else { continue }
            #expect(told.contains { $0.lastOffset == marker && $0.firstOffset <= first }, "\(comment): abort at \(marker)")
        }
        // It goes on: what was read is durable now, and new records follow it.
        let result = try log.append(batches: LogFixture.batch(["after"]), leaderEpoch: 1000)
        #expect(result.baseOffset == log.endOffset - 1, comment)
        try log.close()
    }

    /// All aborted transactions that readers of committed records are told of.
    static func abortedTransactions(_ log: PartitionLog) throws -> [AbortedTransaction] {
        var found: [AbortedTransaction] = []
        var offset = log.startOffset
        while true {
            let slice = try log.read(from: offset, maxBytes: 500, upTo: .lastStableOffset)
            if slice.isEmpty { return found }
            found += slice.abortedTransactions
            offset = slice.nextOffset
        }
    }

    @Test(arguments: seeds) func acknowledgedRecordsSurviveCrashes(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let disk = SimulatedFileSystem()
        let run = Self.work(&random, on: disk, steps: 60)
        for crash in 0..<5 {
            try Self.check(run, after: disk.crash(seed: random.next()), "seed \(seed), crash \(crash)")
        }
        try Self.check(run, after: disk.afterKill(), "seed \(seed), kill")
    }

    @Test(arguments: seeds) func stoppedAtAnyCall(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(1000 + seed))
        let disk = SimulatedFileSystem()
        disk.stop(atCall: Int.random(in: 1...600, using: &random))
        let run = Self.work(&random, on: disk, steps: 60)
        for crash in 0..<5 {
            try Self.check(run, after: disk.crash(seed: random.next()), "seed \(seed), crash \(crash)")
        }
        try Self.check(run, after: disk.afterKill(), "seed \(seed), kill")
    }

    @Test(arguments: seeds) func failingCalls(seed: Int) throws {
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
