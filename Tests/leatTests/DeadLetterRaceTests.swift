import Broker
import Coordination
import Foundation
import LogClient
import Records
import Testing

/// `leat dlq retry` against `leat serve`: killed at any moment, and two of them at once, each dead letter is put back exactly once.
@Suite struct DeadLetterRaceTests {
    private static let recipe = """
        pipeline: small
        stages:
          - {stage: filter, from: docs.extracted, to: docs.filtered, filters: [{filter: gopher_quality}]}
        """
    private static let count = 30

    private func fill(_ folder: String) throws {
        let broker = try Broker(folder: folder)
        for topic in ["docs.extracted", "docs.filtered", "docs.rejected", "filter.dlq"] { try broker.createTopic(.init(name: topic, partitions: 3)) }
        let transaction = try broker.beginTransaction(id: "fill")
        for number in 0..<Self.count {
            let builder = RecordBatchBuilder()
            let headers = [
                ("leat-error", "no document"), ("leat-stage", "filter"), ("leat-build", "test"), ("leat-source-topic", "docs.extracted"),
                ("leat-source-partition", "\(number % 3)"), ("leat-source-offset", "\(number)"),
            ].map { RecordHeader(key: $0.0, value: $0.1) }
            try builder.append(key: Array("id\(number)".utf8), value: Array("value \(number)".utf8), headers: headers, timestamp: Int64(number + 1))
            try transaction.append(builder, to: TopicPartition("filter.dlq", Int32(number % 3)))
        }
        try transaction.commit([])
        try broker.close()
    }

    /// Where each record that was put back came from, as a reader of committed records sees it.
    private func putBack(_ address: String) throws -> [String] {
        let engine = try ClusterEngine(ClusterConfiguration(brokers: address), compression: { _ in .none })
        var places: [String] = []
        for number in 0..<3 as Range<Int32> {
            try engine.forEachRecord(in: TopicPartition("docs.extracted", number), from: 0) { record in
                if let place = record.copy().header("leat-retry-from") { places.append(place) }
                return true
            }
        }
        return places
    }

    @Test func eachIsPutBackOnceWhoeverIsKilledAndWhoeverElseTries() throws {
        guard let leat = CommandLine() else { return }
        let recipe = leat.folder + ".yaml"
        defer {
            leat.remove()
            try? FileManager.default.removeItem(atPath: recipe)
        }
        try Data(Self.recipe.utf8).write(to: URL(fileURLWithPath: recipe))
        try fill(leat.folder)
        let served = try ServedLog(leat)
        defer { served.stop() }
        func retry(_ number: Int) throws -> Process {
            // A few at a time, so that there is something left for the next.
            let places = (0..<3).map { "filter.dlq:\($0):\(number)" }
            return try leat.start(["dlq", "retry"] + places + ["--reason", "race", "--pipeline", recipe, "--brokers", served.address])
        }
        var random = SystemRandomNumberGenerator()
        var ended: [Int32: Int] = [:]
        let rounds = Self.count / 3
        for number in 0..<rounds {
            // Two at once at the same letters; every other time one of them is killed somewhere between its start and its end.
            let pair = [try retry(number), try retry(number)]
            if number % 2 == 0 {
                usleep(UInt32.random(in: 50_000...900_000, using: &random))
                kill(pair[0].processIdentifier, SIGKILL)
            }
            for process in pair {
                process.waitUntilExit()
                ended[process.terminationReason == .uncaughtSignal ? -1 : process.terminationStatus, default: 0] += 1
            }
        }
        print("retries ended: \(ended)")
        // Who was killed last may have left what it had begun to the next.
        let last = try leat.run(["dlq", "retry", "--stage", "filter", "--execute", "--pipeline", recipe, "--brokers", served.address], withData: false)
        #expect(last.code == 0, "\(last.errors)")
        let places = try putBack(served.address)
        #expect(Set(places).count == Self.count && places.count == Self.count, "\(places.count) put back, \(Set(places).count) of \(Self.count) letters")
        let listed = try leat.run(["dlq", "list", "--json", "--pipeline", recipe, "--brokers", served.address], withData: false)
        #expect(listed.code == 0 && listed.lines.isEmpty, "\(listed.output) \(listed.errors)")
        let settled = try leat.run(["dlq", "list", "--settled", "--json", "--pipeline", recipe, "--brokers", served.address], withData: false)
        #expect(settled.objects.count == Self.count && settled.objects.allSatisfy { ($0["fate"] as? [String: Any])?["action"] as? String == "retried" })
    }
}
