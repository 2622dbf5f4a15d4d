import Coordination
import LogStorage
import Records
import SystemIO
import Testing

@testable import Broker

/// Compacted topics as those see them who look without owning them: gaps are not damage, and no last value is missed.
@Suite struct CompactedTopicTests {
    let partition = TopicPartition("t", 0)
    let files = SimulatedFileSystem()
    static let settings = ["cleanup.policy": "compact", "segment.bytes": "1024", "min.cleanable.dirty.ratio": "0.01", "index.interval.bytes": "200"]

    func owner() throws -> Broker {
        let broker = try Broker(folder: "data", fileSystem: files, clock: ManualTimeSource(), entropy: SeededEntropySource(seed: 1))
        if broker.topic("t") == nil { try broker.createTopic(.init(name: "t", partitions: 1, settings: Self.settings)) }
        return broker
    }

    /// Most numbers take the place of earlier ones, and one in 17 stays for ever.
    static func key(_ number: Int, _ keys: Int) -> Int { number % 17 == 0 ? 1_000_000 + number : number % keys }

    func batch(_ numbers: Range<Int>, keys: Int) throws -> RecordBatchBuilder {
        let builder = RecordBatchBuilder()
        for number in numbers { try builder.append(key: "k\(Self.key(number, keys))", value: "\(number)", timestamp: Int64(1_000 + number)) }
        return builder
    }

    func fill(_ broker: Broker, _ numbers: Range<Int>, keys: Int) throws {
        for start in stride(from: numbers.lowerBound, to: numbers.upperBound, by: 3) {
            _ = try broker.partition(partition).append(
                batches: try batch(start..<min(start + 3, numbers.upperBound), keys: keys).finish(), leaderEpoch: 0)
        }
        try broker.partition(partition).flush()
    }

    func compact(_ broker: Broker) throws {
        try broker.housekeep(now: 10_000)
        broker.maintenance.finish()
        if let failure = broker.maintenance.takeFailure() { throw failure }
    }

    func reader(_ start: SharedLogStart = .earliest, _ isolation: SharedLogIsolation = .committed) throws -> SharedPartitionReader {
        try SharedLogReader(folder: "data", fileSystem: files).open(partition, from: start, isolation: isolation)
    }

    /// Numbers in the order in which they come.
    func rest(_ reader: SharedPartitionReader) throws -> [Int] {
        var numbers: [Int] = []
        while let batch = try reader.next() { numbers += batch.records.compactMap { $0.value.flatMap { Int(String(decoding: $0, as: UTF8.self)) } } }
        return numbers
    }

    /// The last number of each key.
    func last(_ numbers: [Int], keys: Int) -> [Int: Int] { Dictionary(numbers.map { (Self.key($0, keys), $0) }, uniquingKeysWith: { $1 }) }

    @Test func gapsAreReadOverAndAreNoDamage() throws {
        let broker = try owner()
        let log = try broker.partition(partition)
        try fill(broker, 0..<60, keys: 60)
        try fill(broker, 60..<600, keys: 7)
        let before = log.sizeInBytes
        try compact(broker)
        #expect(log.sizeInBytes < before / 2)
        for isolation in [SharedLogIsolation.committed, .uncommitted] {
            let reader = try reader(.earliest, isolation)
            let numbers = try rest(reader)
            #expect(numbers.count < 200 && numbers == numbers.sorted())
            #expect(last(numbers, keys: 7) == last(Array(0..<600), keys: 7))
            #expect(reader.takeFindings().isEmpty && reader.tornTail == nil)
        }
        let all = try rest(try reader())
        for start in stride(from: 0, to: 600, by: 13) {
            #expect(try rest(try reader(.offset(Int64(start)))) == all.filter { $0 >= start })
            #expect(try rest(try reader(.timestamp(milliseconds: Int64(1_000 + start)))) == all.filter { $0 >= start })
        }
        let inspected = try LogInspector(folder: log.folder, fileSystem: files).verify()
        #expect(inspected.findings.isEmpty && inspected.records == all.count)
        // With the note of a clean shutdown the same.
        try broker.close()
        #expect(try rest(try reader()) == all)
        let closed = try LogInspector(folder: log.folder, fileSystem: files).verify()
        #expect(closed.findings.isEmpty && closed.records == all.count)
    }

    /// Wherever a reader stands when files are replaced, it meets the last value of every key that it has not passed.
    @Test(arguments: [0, 1, 5, 40, 90, 150, 199])
    func aReaderGoesOnBehindACompaction(batches: Int) throws {
        let broker = try owner()
        try fill(broker, 0..<600, keys: 11)
        let reader = try reader()
        var seen: [Int] = []
        for _ in 0..<batches {
            seen += try #require(try reader.next()).records.compactMap { Int(String(decoding: $0.value ?? [], as: UTF8.self)) }
        }
        for round in 1...3 {
            // The second round puts what the first one left together with more.
            try fill(broker, (round * 600)..<(round * 600 + 600), keys: 11)
            try compact(broker)
            if round == 2 { seen += try #require(try reader.next()).records.compactMap { Int(String(decoding: $0.value ?? [], as: UTF8.self)) } }
        }
        seen += try rest(reader)
        #expect(seen == seen.sorted() && Set(seen).count == seen.count)
        #expect(last(seen, keys: 11) == last(Array(0..<2400), keys: 11))
        #expect(seen.contains(2399) && reader.takeFindings().isEmpty)
    }

    @Test func transactionsStaySettledInWhatIsLeft() throws {
        let broker = try owner()
        for round in 0..<40 {
            let transaction = try broker.beginTransaction(id: "x\(round % 3)")
            try transaction.append(try batch(round * 10..<round * 10 + 10, keys: 5), to: partition)
            if round % 4 == 1 { try transaction.abort() } else { try transaction.commit([]) }
        }
        try fill(broker, 400..<440, keys: 5)
        for _ in 0..<3 { try compact(broker) }
        let reader = try reader()
        let numbers = try rest(reader)
        let committed = (0..<440).filter { $0 >= 400 || $0 / 10 % 4 != 1 }
        #expect(last(numbers, keys: 5) == last(committed, keys: 5) && Set(numbers).isSubset(of: committed))
        #expect(numbers.last == 439 && reader.takeFindings().isEmpty)
        #expect(try LogInspector(folder: try broker.partition(partition).folder, fileSystem: files).verify().findings.isEmpty)
    }
}
