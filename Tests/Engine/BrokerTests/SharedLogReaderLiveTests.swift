import Coordination
import Dispatch
import LogStorage
import Records
import Synchronization
import SystemIO
import Testing

@testable import Broker

/// The reader beside an owner that does not wait for it.
@Suite struct SharedLogReaderLiveTests {
    private let partition = TopicPartition("t", 0)

    /// On a real disk, from another thread: every committed record once and in order, whatever is half written at the moment.
    @Test func followingWhileTheOwnerAppendsRollsAndAborts() throws {
        let folder = "/tmp/leat-shared-\(UInt64.random(in: 0 ... .max))"
        let broker = try Broker(folder: folder)
        try broker.createTopic(
            .init(name: "t", partitions: 1, settings: ["segment.bytes": "65536", "max.message.bytes": "65536", "flush.policy": "never"]))
        let count = 400
        let failure = Mutex<String?>(nil)
        let isDone = DispatchGroup()
        DispatchQueue.global().async(group: isDone) {
            do {
                for number in 0..<count {
                    let transaction = try broker.beginTransaction(id: "x")
                    for part in 0..<3 {
                        let builder = RecordBatchBuilder()
                        // Of many sizes, so that a reader meets batches that are partly there.
                        let filling = String(repeating: "x", count: (number * 7919 + part * 104_729) % 30_000)
                        try builder.append(key: "\(number).\(part)", value: filling, timestamp: Int64(number))
                        try transaction.append(builder, to: partition)
                    }
                    if number % 5 == 4 { try transaction.abort() } else { try transaction.commit([]) }
                }
            } catch { failure.withLock { $0 = "\(error)" } }
        }
        let reader = try SharedLogReader(folder: folder).open(partition, from: .earliest)
        var keys: [String] = []
        let expected = (0..<count).filter { $0 % 5 != 4 }.flatMap { number in (0..<3).map { "\(number).\($0)" } }
        var isLast = false
        while keys.count < expected.count {
            if let batch = try reader.next() {
                keys += batch.records.map { String(decoding: $0.key ?? [], as: UTF8.self) }
            } else if isLast {
                break
            } else {
                // Once more after the owner is done, then never again.
                isLast = isDone.wait(timeout: .now()) == .success
            }
        }
        isDone.wait()
        #expect(failure.withLock { $0 } == nil)
        #expect(keys == expected)
        #expect(reader.takeFindings().isEmpty)
        try broker.close()
        try remove(folder)
    }

    /// The machine is lost at any moment: what the next owner shows after its recovery begins with what a reader saw before it,
    /// and both are whole transactions in order.
    @Test(arguments: 0..<40 as Range<UInt64>)
    func beforeAndAfterRecoveryTheSameTransactionsAreSeen(seed: UInt64) throws {
        var files = SimulatedFileSystem()
        var random = SeededGenerator(seed: seed)
        var committed: [Int] = []
        var next = 0
        for life in 0..<4 as Range<UInt64> {
            let broker = try Broker(
                folder: "data", fileSystem: files, clock: ManualTimeSource(), entropy: SeededEntropySource(seed: seed &* 100 &+ life))
            if broker.topic("t") == nil { try broker.createTopic(.init(name: "t", partitions: 1, settings: ["segment.bytes": "1024"])) }
            #expect(try seen(files) == committed, "life \(life) next \(next)")
            var pending: [Int] = []
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let transaction = try broker.beginTransaction(id: "x")
                pending = []
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    let builder = RecordBatchBuilder()
                    try builder.append(key: nil, value: "\(next)", timestamp: 1)
                    try transaction.append(builder, to: partition)
                    pending.append(next)
                    next += 1
                }
                if Int.random(in: 0..<4, using: &random) == 0 { break }
                if Bool.random(using: &random) {
                    try transaction.commit([])
                    committed += pending
                } else {
                    try transaction.abort()
                }
                #expect(try seen(files) == committed, "life \(life) next \(next)")
            }
            files = files.crash(seed: random.next())
            // Before anybody recovers it.
            #expect(try seen(files) == committed, "life \(life) next \(next)")
        }
    }

    private func seen(_ files: SimulatedFileSystem) throws -> [Int] {
        let reader = try SharedLogReader(folder: "data", fileSystem: files).open(partition, from: .earliest)
        var values: [Int] = []
        while let batch = try reader.next() { values += batch.records.compactMap { Int(String(decoding: $0.value ?? [], as: UTF8.self)) } }
        return values
    }

    private func remove(_ folder: String) throws {
        let files = PosixFileSystem()
        for name in try files.list(folder) {
            let path = folder + "/" + name
            if try files.folderExists(path) { try remove(path) } else { try files.remove(path) }
        }
        try files.removeFolder(folder)
    }
}
