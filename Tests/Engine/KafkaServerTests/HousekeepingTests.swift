import Broker
import Coordination
import LogStorage
import Records
import Testing

@testable import KafkaServer

@Suite struct HousekeepingTests {
    private func fixture(keepsHouse: Bool) throws -> ServerFixture {
        let fixture = try ServerFixture { $0.keepsHouse = keepsHouse }
        try fixture.broker.createTopic(
            .init(name: "t", partitions: 1, settings: ["segment.bytes": "1024", "retention.bytes": "2048", "retention.ms": "-1"]))
        for _ in 0..<20 {
            let transaction = try fixture.broker.beginTransaction(id: "fill")
            let builder = RecordBatchBuilder()
            try builder.append(key: nil, value: [UInt8](repeating: 7, count: 900), headers: [], timestamp: 1)
            try transaction.append(builder, to: TopicPartition("t", 0))
            try transaction.commit([])
        }
        return fixture
    }

    /// A run that is resumed with `--listen` lost what its writers would have read again: the server applied retention as soon as it began.
    @Test func whoOwnsTheBrokerMayKeepRetentionToItself() throws {
        let kept = try fixture(keepsHouse: false)
        let served = try fixture(keepsHouse: true)
        try kept.reopen()
        try served.reopen()
        let limit = ContinuousClock.now + .seconds(20)
        while try served.broker.partition(TopicPartition("t", 0)).startOffset == 0, ContinuousClock.now < limit {}
        #expect(try served.broker.partition(TopicPartition("t", 0)).startOffset > 0)
        #expect(try kept.broker.partition(TopicPartition("t", 0)).startOffset == 0)
        // The owner's own turn, with what is still to be read.
        _ = try kept.broker.applyRetention(keeping: [TopicPartition("t", 0): 6])
        #expect((1...6).contains(try kept.broker.partition(TopicPartition("t", 0)).startOffset))
    }
}
