import Coordination
import LogStorage
import Records
import SystemIO
import Testing

@testable import Broker

@Suite struct TransactionTests {
    private let partition = TopicPartition("t", 0)

    private func open(_ files: SimulatedFileSystem, seed: UInt64 = 1) throws -> Broker {
        try Broker(folder: "data", fileSystem: files, clock: ManualTimeSource(), entropy: SeededEntropySource(seed: seed))
    }

    private func append(_ text: String, _ transaction: BrokerTransaction) throws {
        let builder = RecordBatchBuilder()
        try builder.append(key: nil, value: text, timestamp: 1)
        try transaction.append(builder, to: partition)
    }

    /// Values that a reader of committed records sees.
    private func committed(_ broker: Broker) throws -> [String] {
        let log = try broker.partition(partition)
        var values: [String] = []
        var offset = log.startOffset
        // A slice ends with its segment.
        while offset < log.lastStableOffset {
            let slice = try log.read(from: offset, maxBytes: 1 << 20, upTo: .lastStableOffset)
            guard slice.nextOffset > offset else { break }
            values += try committed(in: slice)
            offset = slice.nextOffset
        }
        return values
    }

    private func committed(in slice: LogSlice) throws -> [String] {
        var values: [String] = []
        var waiting = slice.abortedTransactions.sorted { $0.firstOffset < $1.firstOffset }[...]
        var aborted: Set<Int64> = []
        let bytes = Array(slice.bytes)
        let reader = RecordBatchReader()
        var position = 0
        while position < bytes.count {
            let batch = bytes.span.bytes.extracting(position..<bytes.count)
            let header = try RecordBatchHeader(batch)
            while let next = waiting.first, next.firstOffset <= header.lastOffset {
                aborted.insert(next.producerId)
                waiting.removeFirst()
            }
            if header.attributes.isControl {
                aborted.remove(header.producerId)
            } else if !aborted.contains(header.producerId) {
                try reader.forEachRecord(in: batch) { record in
                    values.append(record.value.withUnsafeBytes { String(decoding: $0, as: UTF8.self) })
                }
            }
            position += header.byteCount
        }
        return values
    }

    @Test func aCommitIsSeenWholeAndAnAbortNotAtAll() throws {
        let broker = try open(SimulatedFileSystem())
        try broker.createTopic(.init(name: "t", partitions: 1))
        let first = try broker.beginTransaction(id: "x")
        try append("a", first)
        #expect(try committed(broker).isEmpty)
        try first.commit([OffsetCommit(group: "g", partition: partition, position: .init(offset: 7, metadata: "m"))])
        #expect(try committed(broker) == ["a"])
        #expect(broker.position(of: "g", in: partition) == .init(offset: 7, metadata: "m"))
        let second = try broker.beginTransaction(id: "x")
        try append("b", second)
        try second.abort()
        let third = try broker.beginTransaction(id: "x")
        try append("c", third)
        try third.commit([])
        #expect(try committed(broker) == ["a", "c"])
    }

    @Test func aTransactionThatASuccessorFencedCannotCommit() throws {
        let broker = try open(SimulatedFileSystem())
        try broker.createTopic(.init(name: "t", partitions: 1))
        let zombie = try broker.beginTransaction(id: "x")
        try append("z", zombie)
        let successor = try broker.beginTransaction(id: "x")
        #expect(throws: BrokerError.self) { try zombie.commit([]) }
        try append("s", successor)
        try successor.commit([])
        #expect(try committed(broker) == ["s"])
    }

    @Test func positionsResetAfterACommitStayResetWhenTheMachineIsLost() throws {
        let files = SimulatedFileSystem()
        let broker = try open(files)
        try broker.createTopic(.init(name: "t", partitions: 1))
        let transaction = try broker.beginTransaction(id: "x")
        try append("a", transaction)
        try transaction.commit([OffsetCommit(group: "g", partition: partition, position: .init(offset: 1))])
        try broker.commitPositions([OffsetCommit(group: "g", partition: partition, position: .init(offset: 0))])
        for seed in 0..<10 as Range<UInt64> {
            let reopened = try open(files.crash(seed: seed))
            #expect(reopened.position(of: "g", in: partition)?.offset == 0)
            #expect(try committed(reopened) == ["a"])
        }
    }

    /// Stages share the topic of refusals: two threads took sequence numbers and appended in the other order, which the log refused.
    @Test func manyThreadsMayAppendToOnePartition() async throws {
        let broker = try open(SimulatedFileSystem())
        try broker.createTopic(.init(name: "t", partitions: 1))
        let transaction = try broker.beginTransaction(id: "x")
        let partition = partition
        try await withThrowingTaskGroup(of: Void.self) { group in
            for thread in 0..<8 {
                group.addTask {
                    for index in 0..<50 {
                        let builder = RecordBatchBuilder()
                        for _ in 0...(index % 5) { try builder.append(key: nil, value: "\(thread)-\(index)", timestamp: 1) }
                        try transaction.append(builder, to: partition)
                    }
                }
            }
            try await group.waitForAll()
        }
        try transaction.commit([])
        #expect(try committed(broker).count == 8 * 10 * (1 + 2 + 3 + 4 + 5))
    }

    @Test func aSecondOwnerOfTheFolderIsRefusedWithTheNameOfTheFirst() throws {
        let folder = "/tmp/leat-broker-lock-\(UInt64.random(in: 0 ... .max))"
        let broker = try Broker(folder: folder)
        #expect(throws: SystemIOError.self) { try Broker(folder: folder) }
        try broker.close()
        try Broker(folder: folder).close()
    }

    /// The machine is lost at any moment: what `commit` returned for is there with its position, nothing is there in part, and the
    /// broker goes on.
    @Test(arguments: 0..<60 as Range<UInt64>)
    func whateverADiskLosesCommitsAreWholeOrAbsent(seed: UInt64) throws {
        let files = SimulatedFileSystem()
        var random = SeededGenerator(seed: seed)
        var acknowledged = 0
        var next = 0
        var current: SimulatedFileSystem = files
        for life in 0..<4 as Range<UInt64> {
            let broker = try open(current, seed: seed &* 100 &+ life)
            if broker.topic("t") == nil { try broker.createTopic(.init(name: "t", partitions: 1, settings: ["segment.bytes": "1024"])) }
            let position = Int(broker.position(of: "g", in: partition)?.offset ?? 0)
            #expect(position == acknowledged || position == next)
            #expect(try committed(broker) == (0..<position).map { "r\($0)" })
            acknowledged = position
            next = position
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let transaction = try broker.beginTransaction(id: "x")
                let count = Int.random(in: 1...3, using: &random)
                for index in 0..<count { try append("r\(acknowledged + index)", transaction) }
                next = acknowledged + count
                if Int.random(in: 0..<4, using: &random) == 0 { break }
                try transaction.commit([OffsetCommit(group: "g", partition: partition, position: .init(offset: Int64(next)))])
                acknowledged = next
            }
            current = current.crash(seed: random.next())
        }
    }
}
