import Coordination
import LogClient
import Records
import StateStore
import Testing

@testable import Streams

@Suite struct ChangelogTests {
    private let partition = TopicPartition("changes", 0)

    private func changelog(_ state: any TaskState) -> TaskChangelog {
        TaskChangelog(state: state, partition: partition, compression: .zstd, nowMilliseconds: { 1 })
    }

    /// Returns the number of entries replayed.
    private func restore(_ state: any TaskState, from log: any LogEngine) throws -> Int {
        let restoration = try StateRestoration(state, from: partition, of: log)
        while !restoration.isDone { #expect(try restoration.step(waitingAtMost: .zero)) }
        return restoration.restoredCount
    }

    @Test func stateThatIsGoneComesBackFromItsChangelog() throws {
        let log = InMemoryLog()
        log.createTopic("changes", partitions: 1)
        let first = InMemoryStateStore()
        let store = try first.store(named: "a")
        for round in 0..<3 as Range<UInt8> {
            try store.put([round], [round, round])
            try store.put([9], [round])
            if round == 2 { try store.delete([0]) }
            let transaction = try log.beginTransaction(id: "x")
            let task = changelog(first)
            try task.writeChanges(transaction)
            try transaction.commit([])
            try task.commit(transaction)
        }
        let second = InMemoryStateStore()
        #expect(try restore(second, from: log) > 0)
        let restored = try second.store(named: "a")
        #expect(try restored.get([0]) == nil)
        #expect(try restored.get([1]) == [1, 1])
        #expect(try restored.get([9]) == [2])
        #expect(second.changelogOffset == first.changelogOffset)
        #expect(try restore(second, from: log) == 0)
    }

    @Test func whatAnAbortedTransactionWroteIsNotRestored() throws {
        let log = InMemoryLog()
        log.createTopic("changes", partitions: 1)
        let state = InMemoryStateStore()
        try state.store(named: "a").put([1], [1])
        let transaction = try log.beginTransaction(id: "x")
        try changelog(state).writeChanges(transaction)
        try transaction.abort()
        #expect(try restore(InMemoryStateStore(), from: log) == 0)
    }

    @Test func aChangelogThatBeginsBehindTheStateIsAnErrorAndNotASilentHole() throws {
        let log = TrimmedLog()
        #expect(throws: EngineError.self) { try restore(InMemoryStateStore(), from: log) }
    }
}

/// A log whose first records retention took away.
private struct TrimmedLog: LogEngine {
    func partitionCount(of topic: String) throws(EngineError) -> Int32 { 1 }
    func startOffset(of partition: TopicPartition) throws(EngineError) -> Int64 { 10 }
    func stableOffset(of partition: TopicPartition) throws(EngineError) -> Int64 { 20 }
    func backlog(of partition: TopicPartition, from offset: Int64) throws(EngineError) -> Backlog { Backlog(records: 0, bytes: 0) }
    func fetch(
        _ partition: TopicPartition, from offset: Int64, maximumBytes: Int, waitingAtMost duration: Duration, into records: inout RecordSet
    ) throws(EngineError) {}
    func committedPositions(
        of group: String, in partitions: [TopicPartition]
    ) throws(EngineError) -> [TopicPartition: OffsetAndMetadata] { [:] }
    func commitPositions(_ positions: [OffsetCommit]) throws(EngineError) {}
    func applyRetention(keeping: [TopicPartition: Int64]) throws(EngineError) {}
    func beginTransaction(id: String) throws(EngineError) -> any LogTransaction { try InMemoryLog().beginTransaction(id: id) }
}
