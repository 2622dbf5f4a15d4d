import LogClient
import Records
import Streams
import Testing

@Suite struct TopologyTests {
    @Test func everyRecordIsPassedRejectedOrDeadAndTheLedgerSaysSo() throws {
        let driver = try TopologyTestDriver(stages: [.make("shout", .perPartition { _ in Shouter() })], partitions: 2)
        for (index, text) in ["a", "poison", "b", "spam", "c"].enumerated() {
            try driver.pipe(Record(text), to: "in", partition: Int32(index % 2), order: OrderKey(UInt64(index)))
        }
        try driver.run()
        #expect(try driver.output("out").map(\.text).sorted() == ["A", "B", "C", "SPAM"])
        #expect(try driver.output("rejected").map(\.text) == ["spam"])
        let dead = try driver.output("shout.dlq")
        #expect(dead.map(\.text) == ["poison"])
        #expect(dead.first?.header("leat-error") == "Poison()")
        #expect(dead.first?.header("leat-source-topic") == "in")
        #expect(dead.first?.header("leat-source-partition") == "1")
        #expect(dead.first?.header("leat-source-offset") == "0")
        let ledger = driver.ledger(of: "shout")
        #expect(ledger.in == 5 && ledger.out == 3 && ledger.rejected == 1 && ledger.dead == 1)
        #expect(ledger.rules == ["is_spam": 1] && ledger.isBalanced)
    }

    @Test func aMergedStageSeesTheOneOrderHoweverTheRecordsArrive() throws {
        for seed in 0..<20 as Range<UInt64> {
            var random = SplitMix(seed)
            let partitions = Int32(1 + random.next() % 4)
            let driver = try TopologyTestDriver(
                stages: [.make("merge", .merged { _ in Shouter() })], partitions: partitions, partitionCounts: ["out": 1])
            var next = 0
            while next < 60 {
                for _ in 0..<(random.next() % 8) where next < 60 {
                    try driver.pipe(
                        Record("r\(next)"), to: "in", partition: Int32(random.next() % UInt64(partitions)),
                        order: OrderKey(UInt64(next)))
                    next += 1
                }
                if random.next() % 3 == 0 { try driver.run() }
                if random.next() % 4 == 0 { try driver.step(records: 2); try driver.crash() }
            }
            for partition in 0..<partitions {
                try driver.pipeMark(to: "in", partition: partition, order: OrderKey(60), endOfInput: true)
            }
            try driver.run()
            #expect(try driver.output("out").map(\.text) == (0..<60).map { "R\($0)" })
            #expect(driver.ledger(of: "merge").in == 60)
        }
    }

    @Test func aSlowPartitionHoldsTheMergeBackUntilItsMarkComes() throws {
        let driver = try TopologyTestDriver(
            stages: [.make("merge", .merged { _ in Shouter() })], partitions: 2, partitionCounts: ["out": 1])
        try driver.pipe(Record("a"), to: "in", partition: 0, order: OrderKey(1))
        try driver.run()
        #expect(try driver.output("out").isEmpty)
        try driver.pipeMark(to: "in", partition: 1, order: OrderKey(5))
        try driver.run()
        #expect(try driver.output("out").map(\.text) == ["A"])
    }

    @Test func aStageThatRefusesEverythingStillForwardsItsProgress() throws {
        let stages: [Stage] = [
            .make("shout", outputs: ["middle"], .perPartition { _ in SpamOnly() }),
            .make("merge", inputs: ["middle"], .merged { _ in Shouter() }),
        ]
        let driver = try TopologyTestDriver(stages: stages, partitions: 2, partitionCounts: ["out": 1])
        try driver.pipe(Record("keep"), to: "in", partition: 0, order: OrderKey(1))
        try driver.pipe(Record("spam"), to: "in", partition: 1, order: OrderKey(2))
        try driver.run()
        #expect(try driver.output("out").map(\.text) == ["KEEP"])
    }

    @Test func stateAndOutputsOfAnyCrashPatternAreThoseOfAnUndisturbedRun() throws {
        func final(_ disturb: (TopologyTestDriver, inout SplitMix) throws -> Void, seed: UInt64) throws -> [String] {
            var random = SplitMix(seed)
            let driver = try TopologyTestDriver(
                stages: [.make("count", changelog: "count-changelog", .merged { _ in Counter() })], partitions: 2,
                partitionCounts: ["out": 1, "count-changelog": 1])
            for index in 0..<80 {
                try driver.pipe(
                    Record("v\(index % 7)"), to: "in", partition: Int32(index % 2), order: OrderKey(UInt64(index)))
                try disturb(driver, &random)
            }
            for partition in 0..<2 as Range<Int32> {
                try driver.pipeMark(to: "in", partition: partition, order: OrderKey(80), endOfInput: true)
            }
            try driver.run()
            return try driver.output("out").map(\.text)
        }
        let undisturbed = try final({ _, _ in }, seed: 0)
        #expect(undisturbed.count == 80)
        for seed in 1..<30 as Range<UInt64> {
            let disturbed = try final({ driver, random in
                switch random.next() % 5 {
                case 0: try driver.step(records: Int(random.next() % 4))
                case 1:
                    try driver.step(records: Int(random.next() % 4))
                    try driver.commit()
                case 2: try driver.crash()
                default: break
                }
            }, seed: seed)
            #expect(disturbed == undisturbed)
        }
    }

    @Test func recordsThatASinkHoldsAreReadAgainAfterACrashAndCountedOnce() throws {
        let driver = try TopologyTestDriver(stages: [.make("group", .merged { _ in Grouper() })])
        for index in 0..<7 {
            try driver.pipe(Record("\(index)"), to: "in", order: OrderKey(UInt64(index)))
            try driver.run()
            if index % 2 == 0 { try driver.crash() }
        }
        try driver.pipeMark(to: "in", order: OrderKey(7), endOfInput: true)
        try driver.run()
        #expect(try driver.output("out").map(\.text) == ["0+1+2", "3+4+5", "6"])
        let ledger = driver.ledger(of: "group")
        #expect(ledger.in == 7 && ledger.out == 7)
    }

    @Test func aJoinPairsTheRecordsOfOneOrderKey() throws {
        let driver = try TopologyTestDriver(
            stages: [.make("pair", inputs: ["left", "right"], .joined { _ in Pairer() })], partitions: 2)
        for index in 0..<6 {
            try driver.pipe(Record("l\(index)"), to: "left", partition: Int32(index % 2), order: OrderKey(UInt64(index)))
        }
        try driver.run()
        #expect(try driver.output("out").isEmpty)
        for index in 0..<6 {
            try driver.pipe(Record("r\(index)"), to: "right", partition: Int32(index % 2), order: OrderKey(UInt64(index)))
            if index == 3 { try driver.run(); try driver.crash() }
        }
        try driver.run()
        #expect(try driver.output("out").map(\.text) == ["l0r0", "l2r2", "l4r4", "l1r1", "l3r3", "l5r5"])
        #expect(driver.ledger(of: "pair").in == 6)
    }

    /// A partition without documents held a merge behind a join back for ever: the join dropped the marks that it read.
    @Test func aJoinForwardsTheProgressOfAPartitionWithoutRecords() throws {
        let stages: [Stage] = [
            .make("pair", inputs: ["left", "right"], outputs: ["middle"], .joined { _ in Pairer() }),
            .make("merge", inputs: ["middle"], .merged { _ in Shouter() }),
        ]
        let driver = try TopologyTestDriver(stages: stages, partitions: 2, partitionCounts: ["out": 1])
        for topic in ["left", "right"] {
            try driver.pipe(Record("a"), to: topic, partition: 0, order: OrderKey(1))
            try driver.pipeMark(to: topic, partition: 1, order: OrderKey(topic == "left" ? 3 : 2))
        }
        try driver.run()
        #expect(try driver.output("out").map(\.text) == ["AA"])
        try driver.pipe(Record("b"), to: "left", partition: 0, order: OrderKey(3))
        try driver.pipe(Record("b"), to: "right", partition: 0, order: OrderKey(3))
        try driver.run()
        #expect(try driver.output("out").map(\.text) == ["AA"], "partition 1 is known to be empty up to 2 alone")
    }

    @Test func joinedInputsThatDoNotMatchStopTheStageWithAClearError() throws {
        let driver = try TopologyTestDriver(stages: [.make("pair", inputs: ["left", "right"], .joined { _ in Pairer() })])
        try driver.pipe(Record("l"), to: "left", order: OrderKey(2))
        try driver.pipe(Record("r"), to: "right", order: OrderKey(1))
        #expect(throws: EngineError.self) { try driver.run() }
    }

    /// A signature that could not be made stopped the join behind it for good: the document's verdict never came.
    @Test(arguments: [true, false]) func aRecordWhoseCompanionCannotComeIsADeadLetterAndTheNextGoOn(_ isLast: Bool) throws {
        let driver = try TopologyTestDriver(stages: [.make("pair", inputs: ["left", "right"], .joined { _ in Pairer() })])
        for number in 1...3 as ClosedRange<UInt64> { try driver.pipe(Record("l\(number)"), to: "left", order: OrderKey(number)) }
        let missing: UInt64 = isLast ? 3 : 2
        for number in 1...3 as ClosedRange<UInt64> where number != missing { try driver.pipe(Record("r\(number)"), to: "right", order: OrderKey(number)) }
        if isLast {
            try driver.run()
            // It may still come.
            #expect(try driver.output("pair.dlq").isEmpty)
            try driver.pipeMark(to: "right", order: OrderKey(3))
        }
        try driver.run()
        #expect(try driver.output("pair.dlq").map(\.text) == ["l\(missing)"])
        #expect(try driver.output("out").count == 2)
        let ledger = driver.ledger(of: "pair")
        #expect(ledger.in == 3 && ledger.out == 2 && ledger.dead == 1)
    }
}

final class SpamOnly: Processor {
    func process(_ record: borrowing FetchedRecord, _ context: ProcessorContext) throws -> Disposition {
        guard record.value.map({ String(decoding: $0, as: UTF8.self) }) != "spam" else {
            context.pendingRejection()
            return .rejected
        }
        context.emit(key: nil, value: record.value.map { [UInt8]($0) })
        return .passed
    }
}

struct SplitMix: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
