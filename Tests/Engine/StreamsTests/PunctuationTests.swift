import LogClient
import Records
import Streams
import Testing

/// Emits the name and time of each punctuation, and counts records.
final class Ticker: Processor {
    init(_ context: ProcessorContext, clock: PunctuationClock, persisted: Bool) throws {
        try context.schedule("tick", every: .seconds(10), on: clock, persisted: persisted)
    }

    func process(_ record: borrowing FetchedRecord, _ context: ProcessorContext) throws -> Disposition { .passed }

    func punctuate(_ name: String, at milliseconds: Int64, _ context: ProcessorContext) throws {
        context.emit(key: nil, value: Array("\(name) \(milliseconds)".utf8), partition: 0)
    }
}

@Suite struct PunctuationTests {
    private func driver(_ clock: PunctuationClock, persisted: Bool = false) throws -> TopologyTestDriver {
        try TopologyTestDriver(stages: [
            .make("tick", changelog: "tick-changelog", .merged { context in try Ticker(context, clock: clock, persisted: persisted) })
        ])
    }

    private func pipe(_ timestamp: Int64, to driver: TopologyTestDriver) throws {
        try driver.pipe(Record(offset: -1, timestamp: timestamp, key: nil, value: [1]), to: "in", order: OrderKey(UInt64(timestamp)))
        try driver.run()
    }

    @Test func streamTimeMovesWithRecordsAlone() throws {
        let driver = try driver(.streamTime)
        for timestamp in [1_000, 5_000, 10_999, 11_000, 15_000, 60_000, 61_000, 70_000] as [Int64] { try pipe(timestamp, to: driver) }
        driver.nowMilliseconds += 1_000_000
        try driver.run()
        #expect(try driver.output("out").map(\.text) == ["tick 11000", "tick 60000", "tick 70000"])
    }

    @Test func theWallClockTicksWithoutRecords() throws {
        let driver = try driver(.wallClock)
        let start = driver.nowMilliseconds
        try driver.run()
        driver.nowMilliseconds = start + 9_999
        try driver.run()
        #expect(try driver.output("out").isEmpty)
        driver.nowMilliseconds = start + 10_000
        try driver.run()
        driver.nowMilliseconds = start + 50_000
        try driver.run()
        #expect(try driver.output("out").map(\.text) == ["tick \(start + 10_000)", "tick \(start + 50_000)"])
    }

    @Test func aPersistedPunctuationKeepsItsDueTimeAcrossACrash() throws {
        for persisted in [true, false] {
            let driver = try driver(.wallClock, persisted: persisted)
            let start = driver.nowMilliseconds
            try driver.run()
            driver.nowMilliseconds = start + 10_000
            try driver.run()
            driver.nowMilliseconds = start + 15_000
            try driver.crash()
            try driver.run()
            driver.nowMilliseconds = start + 20_000
            try driver.run()
            #expect(try driver.output("out").count == (persisted ? 2 : 1))
        }
    }
}
