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
            try task.commit()
        }
        let second = InMemoryStateStore()
        #expect(try changelog(second).restore(from: log) > 0)
        let restored = try second.store(named: "a")
        #expect(try restored.get([0]) == nil)
        #expect(try restored.get([1]) == [1, 1])
        #expect(try restored.get([9]) == [2])
        #expect(second.changelogOffset == first.changelogOffset)
        #expect(try changelog(second).restore(from: log) == 0)
    }

    @Test func whatAnAbortedTransactionWroteIsNotRestored() throws {
        let log = InMemoryLog()
        log.createTopic("changes", partitions: 1)
        let state = InMemoryStateStore()
        try state.store(named: "a").put([1], [1])
        let transaction = try log.beginTransaction(id: "x")
        try changelog(state).writeChanges(transaction)
        try transaction.abort()
        #expect(try changelog(InMemoryStateStore()).restore(from: log) == 0)
    }

    @Test func aChangelogThatBeginsBehindTheStateIsAnErrorAndNotASilentHole() throws {
        let log = TrimmedLog()
        #expect(throws: EngineError.self) { try changelog(InMemoryStateStore()).restore(from: log) }
    }
}

/// A log whose first records retention took away.
private struct TrimmedLog: LogEngine {
    func partitionCount(of topic: String) throws(EngineError) -> Int32 { 1 }
    func startOffset(of partition: TopicPartition) throws(EngineError) -> Int64 { 10 }
    func stableOffset(of partition: TopicPartition) throws(EngineError) -> Int64 { 20 }
    func byteCount(of partition: TopicPartition, from offset: Int64) throws(EngineError) -> Int { 0 }
    func fetch(
        _ partition: TopicPartition, from offset: Int64, maximumBytes: Int, into records: inout RecordSet
    ) throws(EngineError) {}
    func committedPosition(of group: String, in partition: TopicPartition) throws(EngineError) -> OffsetAndMetadata? { nil }
    func commitPositions(_ positions: [OffsetCommit]) throws(EngineError) {}
    func applyRetention(keeping: [TopicPartition: Int64]) throws(EngineError) {}
    func beginTransaction(id: String) throws(EngineError) -> any LogTransaction { try InMemoryLog().beginTransaction(id: id) }
}
