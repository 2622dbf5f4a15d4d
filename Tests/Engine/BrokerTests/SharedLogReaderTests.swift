import Coordination
import LogStorage
import Records
import SystemIO
import Testing

@testable import Broker

@Suite struct SharedLogReaderTests {
    let partition = TopicPartition("t", 0)
    let files = SimulatedFileSystem()

    func owner(_ settings: [String: String] = [:], _ files: SimulatedFileSystem? = nil) throws -> Broker {
        let broker = try Broker(
            folder: "data", fileSystem: files ?? self.files, clock: ManualTimeSource(), entropy: SeededEntropySource(seed: 1))
        if broker.topic("t") == nil { try broker.createTopic(.init(name: "t", partitions: 1, settings: settings)) }
        return broker
    }

    func append(_ values: [String], _ transaction: BrokerTransaction, timestamp: Int64 = 1) throws {
        let builder = RecordBatchBuilder()
        for value in values { try builder.append(key: nil, value: value, timestamp: timestamp) }
        try transaction.append(builder, to: partition)
    }

    func append(_ values: [String], _ broker: Broker, timestamp: Int64 = 1) throws {
        let builder = RecordBatchBuilder()
        for value in values { try builder.append(key: nil, value: value, timestamp: timestamp) }
        _ = try broker.partition(partition).append(batches: try builder.finish(), leaderEpoch: 0)
    }

    func values(_ reader: SharedPartitionReader) throws -> [String] {
        var values: [String] = []
        while let batch = try reader.next() { values += batch.records.map { String(decoding: $0.value ?? [], as: UTF8.self) } }
        return values
    }

    func read(
        from start: SharedLogStart = .earliest, _ isolation: SharedLogIsolation = .committed, _ files: SimulatedFileSystem? = nil
    ) throws -> [String] {
        try values(try SharedLogReader(folder: "data", fileSystem: files ?? self.files).open(partition, from: start, isolation: isolation))
    }

    @Test func committedRecordsAreShownAbortedOnesNotAndAnOpenTransactionHoldsBackWhatFollows() throws {
        let broker = try owner()
        let committed = try broker.beginTransaction(id: "x")
        try append(["a", "b"], committed)
        #expect(try read().isEmpty)
        #expect(try read(.uncommitted) == ["a", "b"])
        try committed.commit([])
        let aborted = try broker.beginTransaction(id: "x")
        try append(["no"], aborted)
        try aborted.abort()
        try append(["plain"], broker)
        let open = try broker.beginTransaction(id: "y")
        try append(["c"], open)
        try append(["behind"], broker)
        #expect(try read() == ["a", "b", "plain"])
        #expect(try read(.uncommitted) == ["a", "b", "no", "plain", "c", "behind"])
        try open.commit([])
        #expect(try read() == ["a", "b", "plain", "c", "behind"])
    }

    @Test func aReaderFollowsAppendsAndCommits() throws {
        let broker = try owner(["segment.bytes": "1024"])
        let log = try SharedLogReader(folder: "data", fileSystem: files)
        try append(["before"], broker)
        let reader = try log.open(partition, from: .latest)
        #expect(try reader.next() == nil)
        var expected: [String] = []
        var seen: [String] = []
        for round in 0..<200 {
            let transaction = try broker.beginTransaction(id: "x")
            try append(["r\(round)"], transaction)
            #expect(try reader.next() == nil)
            if round % 3 == 0 { try transaction.abort() } else {
                try transaction.commit([])
                expected.append("r\(round)")
            }
            seen += try values(reader)
            #expect(seen == expected)
        }
        #expect(try broker.partition(partition).segmentCount > 3)
        #expect(reader.takeFindings().isEmpty)
    }

    /// Every start offset shows exactly what the whole log shows from there on, across segments and open transactions.
    @Test(arguments: 0..<8 as Range<UInt64>)
    func anyStartShowsTheRestOfTheWhole(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let broker = try owner(["segment.bytes": "1024", "index.interval.bytes": "64"])
        var open: [String: BrokerTransaction] = [:]
        for number in 0..<120 {
            let id = "id\(Int.random(in: 0..<3, using: &random))"
            switch Int.random(in: 0..<5, using: &random) {
            case 0: try append(["p\(number)"], broker)
            case 1:
                try open.removeValue(forKey: id)?.commit([])
            case 2: try open.removeValue(forKey: id)?.abort()
            default:
                let transaction = try open[id] ?? broker.beginTransaction(id: id)
                open[id] = transaction
                try append((0...Int.random(in: 0..<3, using: &random)).map { "t\(number).\($0)" }, transaction)
            }
        }
        try broker.partition(partition).flush()
        let log = try SharedLogReader(folder: "data", fileSystem: files)
        for isolation in [SharedLogIsolation.committed, .uncommitted] {
            let all = try records(log, .earliest, isolation)
            let end = try log.extent(of: partition)
            #expect(end.endOffset == (try broker.partition(partition).endOffset))
            #expect(end.stableOffset == (try broker.partition(partition).lastStableOffset))
            for start in Int64(0)..<end.endOffset {
                #expect(try records(log, .offset(start), isolation) == all.filter { $0 >= start })
            }
        }
    }

    private func records(_ log: SharedLogReader, _ start: SharedLogStart, _ isolation: SharedLogIsolation) throws -> [Int64] {
        let reader = try log.open(partition, from: start, isolation: isolation)
        var offsets: [Int64] = []
        while let batch = try reader.next() { offsets += batch.records.map(\.offset) }
        return offsets
    }

    @Test func aTimeBeginsAtTheFirstRecordThatIsNotOlder() throws {
        let broker = try owner(["segment.bytes": "1024"])
        for number in 0..<100 { try append(["r\(number)"], broker, timestamp: Int64(1000 + number * 10)) }
        #expect(try read(from: .timestamp(milliseconds: 1495)).first == "r50")
        #expect(try read(from: .timestamp(milliseconds: 0)).count == 100)
        #expect(try read(from: .timestamp(milliseconds: 5000)).isEmpty)
    }

    @Test func readingGoesOnBehindWhatRetentionRemoved() throws {
        let broker = try owner(["segment.bytes": "1024", "retention.bytes": "2048"])
        for number in 0..<20 { try append(["r\(number)"], broker) }
        let reader = try SharedLogReader(folder: "data", fileSystem: files).open(partition, from: .earliest)
        #expect(try reader.next()?.records.count == 1)
        for number in 20..<200 { try append(["r\(number)"], broker) }
        try broker.partition(partition).flush()
        #expect(try broker.applyRetention(keeping: [:]) > 3)
        let rest = try values(reader)
        #expect(rest.last == "r199")
        #expect(rest == rest.sorted { Int($0.dropFirst())! < Int($1.dropFirst())! })
        #expect(reader.takeFindings().map(\.kind) == [.gap])
        #expect(try read(from: .offset(0)).first == read().first)
    }

    @Test func aTornTailEndsTheLogUntilItIsWhole() throws {
        let broker = try owner()
        try append(["a"], broker)
        try append(["b"], broker)
        let path = try SharedLogReader(folder: "data", fileSystem: files).path(of: partition) + "/00000000000000000000.log"
        let whole = try files.readFile(path, limit: 1 << 20)
        let file = try files.open(path, .write)
        for cut in whole.count / 2 + 1..<whole.count {
            try file.truncate(to: Int64(cut))
            let reader = try SharedLogReader(folder: "data", fileSystem: files).open(partition, from: .earliest)
            #expect(try values(reader) == ["a"])
            #expect(reader.tornTail != nil || cut - whole.count / 2 < 61)
            #expect(reader.takeFindings().isEmpty)
            try file.write(whole, at: 0)
            #expect(try values(reader) == ["b"])
        }
        // The size is there, the bytes are not: what a lost machine leaves.
        try file.write([UInt8](repeating: 0, count: 8), at: Int64(whole.count - 8))
        let reader = try SharedLogReader(folder: "data", fileSystem: files).open(partition, from: .earliest)
        #expect(try values(reader) == ["a"])
        #expect(reader.tornTail != nil)
        try file.write(whole, at: 0)
        #expect(try values(reader) == ["b"])
    }

    @Test func damageInTheMiddleIsNamedAndPassedOver() throws {
        let broker = try owner()
        for value in ["a", "b", "c"] { try append([value], broker) }
        let log = try SharedLogReader(folder: "data", fileSystem: files)
        let path = try log.path(of: partition) + "/00000000000000000000.log"
        let size = try files.readFile(path, limit: 1 << 20).count / 3
        // In the records, in the magic byte, in the length.
        for position in [size + 65, size + 16, size + 9] {
            files.damage(path, at: position, mask: 0x40)
            let reader = try log.open(partition, from: .earliest)
            #expect(try values(reader) == ["a", "c"], "byte \(position)")
            let findings = reader.takeFindings()
            #expect(findings.map(\.kind) == [.damage])
            #expect(findings.first?.position == Int64(size))
            files.damage(path, at: position, mask: 0x40)
        }
        #expect(try read() == ["a", "b", "c"])
    }

    /// Killed at every call of a commit: the durable record alone decides, and the reader and the next owner agree.
    @Test func whereverACommitIsKilledReaderAndNextOwnerAgree() throws {
        var outcomes: Set<Int> = []
        for call in 1..<60 {
            let files = SimulatedFileSystem()
            let broker = try owner([:], files)
            let first = try broker.beginTransaction(id: "x")
            try append(["a"], first)
            try first.commit([OffsetCommit(group: "g", partition: partition, position: .init(offset: 1))])
            let second = try broker.beginTransaction(id: "x")
            try append(["b"], second)
            files.stop(atCall: call)
            let isDone = (try? second.commit([OffsetCommit(group: "g", partition: partition, position: .init(offset: 2))])) != nil
            let left = files.afterKill()
            let seen = try read(.committed, left)
            let log = try SharedLogReader(folder: "data", fileSystem: left)
            let position = try log.positions()["g"]?[partition]?.position.offset
            let next = try owner([:], left)
            #expect(try read(.committed, left) == seen)
            #expect(next.position(of: "g", in: partition)?.offset == position)
            #expect(position == Int64(seen.count))
            if isDone { #expect(seen == ["a", "b"]) }
            outcomes.insert(seen.count)
            if isDone { break }
        }
        #expect(outcomes == [1, 2])
    }

    @Test func nothingIsWrittenAndNoLockIsTaken() throws {
        let broker = try owner()
        try append(["a"], broker)
        let before = try files.list("data")
        // The owner still has the folder: a second owner would be refused, and readers are not.
        _ = try read()
        _ = try SharedLogReader(folder: "data", fileSystem: files).extent(of: partition)
        #expect(try files.list("data") == before)
        #expect(throws: SystemIOError.self) { try owner() }
        #expect(throws: BrokerError.self) { try SharedLogReader(folder: "nowhere", fileSystem: files) }
    }
}
