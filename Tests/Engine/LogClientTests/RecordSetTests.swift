import Coordination
import LogClient
import Records
import Testing

@Suite struct RecordSetTests {
    @Test func aRecordKeepsKeyValueHeadersAndNulls() throws {
        let records = [
            Record(offset: 3, timestamp: 5, key: nil, value: [1, 2], headers: [RecordHeader(key: "a", value: [9]), RecordHeader(key: "b", value: nil as [UInt8]?)]),
            Record(offset: 4, timestamp: 6, key: [], value: nil, headers: []),
        ]
        var set = RecordSet()
        for record in records { set.append(record) }
        for (index, record) in records.enumerated() {
            #expect(set.withRecord(at: index) { $0.copy() } == record)
        }
        set.withRecord(at: 0) { view in
            #expect(view.header(named: "a").map { Array($0) } == [9])
            #expect(view.header(named: "b") == nil)
        }
        set.removeAll()
        #expect(set.isEmpty)
    }

    @Test func aTransactionInMemoryIsSeenOnlyOnceCommitted() throws {
        let log = InMemoryLog()
        log.createTopic("t", partitions: 1)
        let builder = RecordBatchBuilder()
        try builder.append(key: "k", value: "v", timestamp: 1)
        let transaction = try log.beginTransaction(id: "x")
        try transaction.append(builder, to: .init("t", 0))
        #expect(try log.stableOffset(of: .init("t", 0)) == 0)
        try transaction.commit([])
        #expect(try log.stableOffset(of: .init("t", 0)) == 1)
        #expect(transaction.endOffset(of: .init("t", 0)) == 1)
    }
}
