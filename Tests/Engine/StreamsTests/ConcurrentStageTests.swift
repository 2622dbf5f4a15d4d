import LogClient
import Records
import Streams
import Synchronization
import Testing

/// Many records under way in one task.
@Suite struct ConcurrentStageTests {
    /// Holds every record until the test lets it go.
    private final class Gate: ConcurrentProcessor, @unchecked Sendable {
        // Sendable: what changes is under the lock.
        struct Refused: Error {}
        private let waiting = Mutex<[(text: String, finish: @Sendable (@escaping ConcurrentCompletion) -> Void)]>([])

        func begin(_ record: Record, order: OrderKey, _ finish: @escaping @Sendable (@escaping ConcurrentCompletion) -> Void) {
            waiting.withLock { $0.append((record.text, finish)) }
        }

        var underWay: [String] { waiting.withLock { $0.map(\.text) } }

        func release(_ text: String) {
            let found = waiting.withLock { waiting -> (@Sendable (@escaping ConcurrentCompletion) -> Void)? in
                guard let index = waiting.firstIndex(where: { $0.text == text }) else { return nil }
                return waiting.remove(at: index).finish
            }
            found? { context in
                if text == "bad" { throw Refused() }
                context.emit(key: nil, value: Array("done \(text)".utf8))
                return .passed
            }
        }
    }

    private func driver(_ gates: Made<Gate>, _ results: ConcurrentSettings.Results, limit: Int = 3) throws -> TopologyTestDriver {
        let driver = try TopologyTestDriver(
            stages: [
                .make("fetch", .concurrent(ConcurrentSettings(limit: limit, results: results)) { _ in
                    let gate = Gate()
                    gates.add(gate)
                    return gate
                })
            ])
        for (index, text) in ["a", "b", "bad", "d", "e"].enumerated() {
            try driver.pipe(Record(text), to: "in", order: OrderKey(UInt64(index)))
        }
        return driver
    }

    @Test func noMoreThanTheLimitIsUnderWayAndResultsComeInInputOrder() throws {
        let gates = Made<Gate>()
        let driver = try driver(gates, .inInputOrder)
        try driver.run()
        let gate = gates.last
        #expect(gate.underWay == ["a", "b", "bad"])
        gate.release("b")
        try driver.run()
        #expect(try driver.output("out").isEmpty)
        gate.release("a")
        try driver.run()
        #expect(try driver.output("out").map(\.text) == ["done a", "done b"])
        #expect(gate.underWay == ["bad", "d", "e"])
        for text in ["e", "d", "bad"] { gate.release(text) }
        try driver.run()
        #expect(try driver.output("out").map(\.text) == ["done a", "done b", "done d", "done e"])
        #expect(try driver.output("fetch.dlq").map(\.text) == ["bad"])
        let ledger = driver.ledger(of: "fetch")
        #expect(ledger.in == 5 && ledger.out == 4 && ledger.dead == 1)
    }

    @Test(arguments: [ConcurrentSettings.Results.inInputOrder, .asTheyCome])
    func aCrashRepeatsOnlyWhatWasNotSettled(_ results: ConcurrentSettings.Results) throws {
        let gates = Made<Gate>()
        let driver = try driver(gates, results)
        try driver.run()
        gates.last.release("b")
        gates.last.release("a")
        try driver.run()
        gates.last.release("d")
        try driver.run()
        #expect(try driver.output("out").map(\.text) == (results == .asTheyCome ? ["done a", "done b", "done d"] : ["done a", "done b"]))
        try driver.crash()
        try driver.run()
        // The record in the middle is repeated; the one that was settled beyond it is not.
        #expect(gates.last.underWay == (results == .asTheyCome ? ["bad", "e"] : ["bad", "d", "e"]))
        for text in gates.last.underWay { gates.last.release(text) }
        try driver.run()
        #expect(try driver.output("out").map(\.text).sorted() == ["done a", "done b", "done d", "done e"])
        let ledger = driver.ledger(of: "fetch")
        #expect(ledger.in == 5 && ledger.out == 4 && ledger.dead == 1 && ledger.isBalanced)
    }

    @Test func whateverTheOrderOfCompletionAndTheCrashesEveryRecordComesOutOnce() throws {
        for seed in 0..<200 as Range<UInt64> {
            var random = SplitMix(seed)
            let results: ConcurrentSettings.Results = seed % 2 == 0 ? .asTheyCome : .inInputOrder
            let gates = Made<Gate>()
            let driver = try TopologyTestDriver(
                stages: [
                    .make("fetch", .concurrent(ConcurrentSettings(limit: Int(1 + random.next() % 9), results: results)) { _ in
                        let gate = Gate()
                        gates.add(gate)
                        return gate
                    })
                ])
            for index in 0..<40 { try driver.pipe(Record("r\(index)"), to: "in", order: OrderKey(UInt64(index))) }
            try driver.run()
            while let some = gates.last.underWay.randomElement(using: &random) {
                gates.last.release(some)
                switch random.next() % 6 {
                case 0: try driver.crash()
                case 1: try driver.step()
                default: break
                }
                if random.next() % 3 == 0 { try driver.run() }
                if gates.last.underWay.isEmpty { try driver.run() }
            }
            let output = try driver.output("out").map(\.text)
            #expect(output.sorted() == (0..<40).map { "done r\($0)" }.sorted(), "seed \(seed)")
            if results == .inInputOrder { #expect(output == (0..<40).map { "done r\($0)" }, "seed \(seed)") }
        }
    }
}

/// The processors that were made, the newest last.
private final class Made<Element: Sendable>: Sendable {
    private let all = Mutex<[Element]>([])

    func add(_ element: Element) { all.withLock { $0.append(element) } }
    var last: Element { all.withLock { $0[$0.count - 1] } }
}
