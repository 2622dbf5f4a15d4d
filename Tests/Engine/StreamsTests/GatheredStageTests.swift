import Coordination
import LogClient
import Records
import Streams
import Testing

/// Records of a merged first input, each together with those of the other inputs that have its order key.
@Suite struct GatheredStageTests {
    private static let gather = Stage.make("gather", inputs: ["in", "a", "b"], .gathered { _ in Gatherer() })

    /// Two stages that each look at all records, and one that gathers what they say.
    private static var line: [Stage] {
        [
            .make("one", outputs: ["a"], .merged { _ in Shouter() }), .make("two", outputs: ["b"], .merged { _ in Shouter() }), gather,
        ]
    }

    @Test func everyRecordMeetsItsCompanionsWhateverComesFirstAndWhateverCrashes() throws {
        for seed in 0..<30 as Range<UInt64> {
            var random = SplitMix(seed)
            let partitions = Int32(1 + random.next() % 3)
            // Companions may lie in several partitions, too.
            let driver = try TopologyTestDriver(stages: [Self.gather], partitions: partitions, partitionCounts: ["a": 1, "b": 2])
            var next: [String: Int] = ["in": 0, "a": 0, "b": 0]
            while next.values.contains(where: { $0 < 50 }) {
                let topic = ["in", "a", "b"][Int(random.next() % 3)]
                for _ in 0..<(random.next() % 6) {
                    guard let number = next[topic], number < 50 else { break }
                    let count = topic == "in" ? partitions : topic == "a" ? 1 : 2
                    try driver.pipe(
                        Record("\(topic)\(number)"), to: topic, partition: Int32(random.next() % UInt64(count)), order: OrderKey(UInt64(number)))
                    next[topic] = number + 1
                }
                switch random.next() % 5 {
                case 0: try driver.run()
                case 1: try driver.step(records: 3); try driver.crash()
                case 2: try driver.step(records: 1); try driver.commit()
                default: break
                }
            }
            for (topic, count) in [("in", partitions), ("a", 1), ("b", 2)] {
                for partition in 0..<count { try driver.pipeMark(to: topic, partition: partition, order: OrderKey(50), endOfInput: true) }
            }
            try driver.run()
            let expected = (0..<50).map { "in\($0)+1a\($0)+2b\($0)" }
            #expect(try driver.output("out").map(\.text).sorted() == expected.sorted())
            #expect(driver.ledger(of: "gather").in == 50 && driver.ledger(of: "gather").out == 50)
        }
    }

    @Test func stagesThatDivideTheWorkAndTheOneThatGathersItEndAsAnUndisturbedRun() throws {
        func run(seed: UInt64) throws -> (texts: [String], ends: Int) {
            var random = SplitMix(seed)
            let driver = try TopologyTestDriver(stages: Self.line, partitions: 2, partitionCounts: ["a": 1, "b": 1])
            for index in 0..<60 {
                try driver.pipe(Record("v\(index)"), to: "in", partition: Int32(index % 2), order: OrderKey(UInt64(index)))
                guard seed > 0 else { continue }
                switch random.next() % 5 {
                case 0: try driver.step(records: Int(random.next() % 4))
                case 1: try driver.step(records: Int(random.next() % 4)); try driver.commit()
                case 2: try driver.crash()
                default: break
                }
            }
            for partition in 0..<2 as Range<Int32> { try driver.pipeMark(to: "in", partition: partition, order: OrderKey(60), endOfInput: true) }
            try driver.run()
            var ends = 0
            for partition in 0..<2 as Range<Int32> {
                ends += try driver.log.records(in: TopicPartition("out", partition)).count { $0.header("leat-mark") != nil && $0.headers.contains { $0.value == [1] } }
            }
            return (try driver.output("out").map(\.text), ends)
        }
        let undisturbed = try run(seed: 0)
        #expect(undisturbed.texts.count == 60 && undisturbed.texts.first == "v0+1V0+2V0" && undisturbed.ends == 2)
        for seed in 1..<30 as Range<UInt64> {
            let disturbed = try run(seed: seed)
            #expect(disturbed.texts == undisturbed.texts && disturbed.ends == 2)
        }
    }

    @Test func aRecordWithoutACompanionIsBuriedWhenNoneCanCome() throws {
        let driver = try TopologyTestDriver(stages: Self.line, partitions: 1)
        // Both stages bury "poison": there is nothing of it in "a" and "b".
        for (index, text) in ["x", "poison", "y", "poison"].enumerated() { try driver.pipe(Record(text), to: "in", order: OrderKey(UInt64(index))) }
        try driver.run()
        #expect(try driver.output("out").map(\.text) == ["x+1X+2X", "y+1Y+2Y"])
        let dead = try driver.output("gather.dlq")
        #expect(dead.map(\.text) == ["poison", "poison"])
        #expect(dead.first?.header("leat-error")?.contains("a holds nothing of order 1") == true)
        let ledger = driver.ledger(of: "gather")
        #expect(ledger.in == 4 && ledger.out == 2 && ledger.dead == 2)
    }

    /// A mark behind a record that still waits would tell a later join that nothing comes of it.
    @Test func progressNeverPassesARecordThatWaits() throws {
        let driver = try TopologyTestDriver(stages: [Self.gather], partitions: 1)
        for index in 0..<3 as Range<UInt64> {
            try driver.pipe(Record("in\(index)"), to: "in", order: OrderKey(index))
            try driver.pipe(Record("a\(index)"), to: "a", order: OrderKey(index))
        }
        try driver.pipe(Record("b0"), to: "b", order: OrderKey(0))
        try driver.run()
        let marks = try driver.log.records(in: TopicPartition("out", 0)).filter { $0.header("leat-mark") != nil }
        #expect(try driver.output("out").map(\.text) == ["in0+1a0+2b0"] && marks.isEmpty)
        // Two without: the matcher's mark says so.
        try driver.pipeMark(to: "b", order: OrderKey(2))
        try driver.run()
        #expect(try driver.output("gather.dlq").map(\.text) == ["in1", "in2"])
        // A companion whose record never was is passed over, and holds nothing up.
        try driver.pipe(Record("a3"), to: "a", order: OrderKey(3))
        try driver.pipeMark(to: "in", order: OrderKey(9))
        try driver.run()
        for topic in ["in", "a", "b"] { try driver.pipe(Record("\(topic)10"), to: topic, order: OrderKey(10)) }
        try driver.run()
        #expect(try driver.output("out").map(\.text) == ["in0+1a0+2b0", "in10+1a10+2b10"])
    }
}
