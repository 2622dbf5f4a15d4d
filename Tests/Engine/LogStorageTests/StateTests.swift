import Records
import SystemIO
import Testing

@testable import LogStorage

@Suite struct LogConfigurationTests {
    @Test func readsKafkasNames() throws {
        let configuration = try LogConfiguration(settings: [
            "segment.bytes": "2048", "retention.ms": "-1", "cleanup.policy": "compact,delete", "flush.policy": "interval:250ms",
            "max.message.bytes": "5", "message.timestamp.type": "LogAppendTime", "compression.type": "producer",
        ])
        #expect(configuration.segmentBytes == 2048 && configuration.retentionMilliseconds == -1)
        #expect(configuration.deletesByRetention && configuration.isCompacted)
        #expect(configuration.flushPolicy == .interval(milliseconds: 250) && "\(configuration.flushPolicy)" == "interval:250ms")
        #expect(configuration.usesLogAppendTime && configuration.maxMessageBytes == 5)
        #expect(try LogConfiguration(settings: [:]) == LogConfiguration())
    }

    @Test(arguments: [
        ("segment.byte", "1"), ("segment.bytes", "1"), ("segment.bytes", "x"), ("retention.ms", "-2"), ("cleanup.policy", ""),
        ("cleanup.policy", "shred"), ("flush.policy", "interval:ms"), ("flush.policy", "interval:0ms"), ("flush.policy", "always"),
        ("compression.type", "zstd"), ("message.timestamp.type", "Now"),
    ])
    func refusesWhatItDoesNotKnowAndNamesIt(key: String, value: String) {
        do {
            _ = try LogConfiguration(settings: [key: value])
            Issue.record("\(key)=\(value) was taken")
        } catch {
            #expect("\(error)".contains("\(key)=\(value)"))
        }
    }
}

@Suite struct ProducerStateTests {
    static func header(_ sequence: Int32, count: Int32 = 1, epoch: Int16 = 0, offset: Int64 = 0) throws -> RecordBatchHeader {
        let builder = RecordBatchBuilder()
        builder.producerId = 9
        builder.producerEpoch = epoch
        builder.baseSequence = sequence
        for _ in 0..<count { try builder.append(key: nil, value: "v", timestamp: 50) }
        let bytes = try builder.finish(baseOffset: offset)
        return try RecordBatchHeader(bytes.span.bytes)
    }

    @Test func sequencesGoAround() throws {
        var table = ProducerStateTable()
        table.replay(try Self.header(Int32.max - 1, count: 2))
        #expect(try ProducerStateTable.check(Self.header(0), after: table[9]) == .fresh)
        #expect(throws: LogError.self) { try ProducerStateTable.check(Self.header(1), after: table[9]) }
        table.replay(try Self.header(0, offset: 2))
        #expect(table[9]?.lastSequence == 0)
    }

    @Test func fiveBatchesAreRemembered() throws {
        var table = ProducerStateTable()
        for index in 0..<7 { table.replay(try Self.header(Int32(index), offset: Int64(index))) }
        #expect(throws: LogError.self) { try ProducerStateTable.check(Self.header(1), after: table[9]) }
        for index in 2..<7 {
            guard case .duplicate(let batch) = try ProducerStateTable.check(Self.header(Int32(index)), after: table[9]) else {
                Issue.record("\(index) was not recognised")
                continue
            }
            #expect(batch.firstOffset == Int64(index))
        }
    }

    @Test func aNewEpochBeginsAtZero() throws {
        var table = ProducerStateTable()
        table.replay(try Self.header(0))
        #expect(throws: LogError.self) { try ProducerStateTable.check(Self.header(1, epoch: 1), after: table[9]) }
        #expect(try ProducerStateTable.check(Self.header(0, epoch: 1), after: table[9]) == .fresh)
    }

    @Test func snapshots() throws {
        var table = ProducerStateTable()
        table.replay(try Self.header(Int32.max, count: 3, offset: 70))
        table.set(4, to: ProducerState(epoch: 2, coordinatorEpoch: 8, timestamp: 11, transactionFirstOffset: 33))
        let bytes = ProducerSnapshot.encode(table)
        #expect(bytes.count == 10 + 2 * 46)
        #expect(ProducerSnapshot.decode(bytes) == table)
        #expect(ProducerSnapshot.decode(bytes)?.firstOpenOffset == 33)
        for bit in 0..<bytes.count * 8 {
            var damaged = bytes
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(ProducerSnapshot.decode(damaged) == nil)
        }
        for count in 0..<bytes.count { #expect(ProducerSnapshot.decode(Array(bytes.prefix(count))) == nil) }
    }

    @Test func silentProducersAreForgotten() throws {
        var table = ProducerStateTable()
        table.replay(try Self.header(0))
        table.set(4, to: ProducerState(epoch: 0, timestamp: 1, transactionFirstOffset: 3))
        table.expire(before: 51)
        #expect(Array(table.producers.keys) == [4])
    }
}

@Suite struct SmallFileTests {
    @Test func leaderEpochs() {
        var epochs = LeaderEpochs()
        #expect(epochs.note(epoch: 0, offset: 0) && epochs.note(epoch: 3, offset: 10))
        #expect(!epochs.note(epoch: 3, offset: 12) && !epochs.note(epoch: 2, offset: 13) && !epochs.note(epoch: -1, offset: 14))
        #expect(String(decoding: epochs.encode(), as: UTF8.self) == "0\n2\n0 0\n3 10\n")
        #expect(LeaderEpochs(epochs.encode()) == epochs)
        #expect(epochs.end(of: 2, logEnd: 20)?.epoch == 0 && epochs.end(of: 2, logEnd: 20)?.endOffset == 10)
        #expect(epochs.end(of: 7, logEnd: 20)?.endOffset == 20)
        epochs.removePrefix(before: 12)
        #expect(epochs.entries == [.init(epoch: 3, startOffset: 12)])
        for text in ["", "0\n", "1\n0\n", "0\n2\n0 0\n", "0\n1\n0 x\n", "0\n2\n3 0\n2 5\n"] {
            #expect(LeaderEpochs(Array(text.utf8)) == nil)
        }
    }

    @Test func checkpoints() throws {
        let disk = SimulatedFileSystem()
        #expect(try OffsetCheckpoint.read("/a", fileSystem: disk) == nil)
        try OffsetCheckpoint.write(123_456_789_012, to: "/a", fileSystem: disk)
        #expect(try OffsetCheckpoint.read("/a", fileSystem: disk) == 123_456_789_012)
        let size = try disk.readFile("/a", limit: 100).count
        for position in 0..<size {
            let damaged = disk.afterKill()
            damaged.damage("/a", at: position, mask: 1)
            #expect(throws: LogError.self) { try OffsetCheckpoint.read("/a", fileSystem: damaged) }
        }
    }

    @Test func fileNames() {
        let files = LogFiles(folder: "/d")
        #expect(files.path(42, .log) == "/d/00000000000000000042.log")
        #expect(LogFiles.offset(ofName: "00000000000000000042.log", .log) == 42)
        for name in ["42.log", "00000000000000000042.index", "0000000000000000004x.log", "00000000000000000042.log.tmp"] {
            #expect(LogFiles.offset(ofName: name, .log) == nil)
        }
    }

    @Test func indexBytesAreKafkas() throws {
        let disk = SimulatedFileSystem()
        var offsets = try OffsetIndex(file: disk.open("/i", .create), baseOffset: 100)
        offsets.append(offset: 105, position: 4097)
        offsets.append(offset: 300, position: 9000)
        try offsets.persist()
        #expect(try disk.readFile("/i", limit: 100) == [0, 0, 0, 5, 0, 0, 0x10, 1, 0, 0, 0, 200, 0, 0, 0x23, 0x28])
        #expect(try offsets.floor(104) == nil)
        #expect(try offsets.floor(105)?.entry.position == 4097 && offsets.floor(299)?.entry.position == 4097)
        #expect(try offsets.floor(5000)?.entry.position == 9000)
        var times = try TimeIndex(file: disk.open("/t", .create), baseOffset: 100)
        times.append(timestamp: 258, offset: 105)
        times.append(timestamp: 258, offset: 110)
        try times.persist()
        #expect(try disk.readFile("/t", limit: 100) == [0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 5])
        var transactions = try TransactionIndex(file: disk.open("/x", .create))
        transactions.append(AbortedTransaction(producerId: 1, firstOffset: 2, lastOffset: 3, lastStableOffset: 4))
        try transactions.persist()
        #expect(
            try disk.readFile("/x", limit: 100)
                == [0, 0] + [1, 2, 3, 4].flatMap { [0, 0, 0, 0, 0, 0, 0, $0] as [UInt8] })
        #expect(try TransactionIndex(file: disk.open("/x", .read)).entries == transactions.entries)
    }

    @Test func largeIndexesAreSearchedInTheFile() throws {
        let disk = SimulatedFileSystem()
        var index = try OffsetIndex(file: disk.open("/i", .create), baseOffset: 0)
        for entry in 1...5000 {
            index.append(offset: Int64(entry) * 10, position: Int64(entry) * 100)
            if entry == 4500 { try index.persist() }
        }
        for target in stride(from: Int64(0), through: 50_100, by: 13) {
            let expected = min(target / 10, 5000)
            #expect(try index.floor(target)?.entry.offset ?? 0 == expected * 10)
        }
        #expect(try index.ceiling(position: 450_001)?.position == 450_100)
        try index.truncate(toPosition: 100_001)
        #expect(index.count == 1000)
        #expect(try index.isAscending())
    }
}
