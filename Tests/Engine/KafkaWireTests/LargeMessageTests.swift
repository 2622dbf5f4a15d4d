import KafkaWire
import Testing

/// Messages of thousands of partitions come back as they were written.
@Suite("Large messages")
struct LargeMessageTests {
    @Test("A produce request of 1,000 partitions: the records stay where they are", arguments: [Int16(3), 9, 13])
    func produce(version: Int16) throws {
        let sizes = (0..<1000).map { $0 % 90 }
        let request = ProduceRequest {
            $0.transactionalId = "t"
            $0.acks = 1
            $0.timeoutMilliseconds = 30_000
            $0.topics = (0..<10).map { topic in
                .init {
                    if version < 13 { $0.name = "topic \(topic)" } else { $0.topicId = WireUUID(high: 1, low: UInt64(topic)) }
                    $0.partitions = (0..<100).map { partition in
                        .init {
                            $0.partitionIndex = Int32(partition)
                            $0.records = .bytes([UInt8](repeating: UInt8(topic), count: sizes[topic * 100 + partition]))
                        }
                    }
                }
            }
        }
        let bytes = try request.encode(version: version)
        let read = try ProduceRequest.decode(bytes.span.bytes, version: version)
        var end = 0
        for (number, topic) in read.topics.enumerated() {
            #expect(topic.name == request.topics[number].name && topic.topicId == request.topics[number].topicId)
            for (index, partition) in topic.partitions.enumerated() {
                guard case .frame(let range) = partition.records else {
                    Issue.record("the records of partition \(index) were moved")
                    return
                }
                #expect(range.lowerBound > end || range.isEmpty)
                #expect(range.count == sizes[number * 100 + index])
                #expect(bytes[range].allSatisfy { $0 == UInt8(number) })
                end = range.upperBound
            }
        }
        #expect(try read.encode(version: version, recordsIn: bytes.span.bytes) == bytes)
    }

    @Test("A fetch request and its response of 10,000 partitions", arguments: [Int16(4), 11, 12, 18])
    func fetch(version: Int16) throws {
        let request = FetchRequest {
            $0.maxWaitMilliseconds = 500
            $0.topics = (0..<4).map { topic in
                .init {
                    if version < 13 { $0.name = "topic \(topic)" } else { $0.topicId = WireUUID(high: 1, low: UInt64(topic)) }
                    $0.partitions = (0..<2500).map { partition in
                        .init { $0.partitionIndex = Int32(partition); $0.fetchOffset = Int64(partition) << 33; $0.partitionMaxBytes = 1 << 20 }
                    }
                }
            }
        }
        let asked = try request.encode(version: version)
        #expect(try FetchRequest.decode(asked.span.bytes, version: version) == request)

        let response = FetchResponse {
            $0.topics = request.topics.map { asked in
                .init { topic in
                    topic.name = asked.name
                    topic.topicId = asked.topicId
                    topic.partitions = asked.partitions.map { asked in
                        .init {
                            $0.partitionIndex = asked.partitionIndex
                            $0.highWatermark = asked.fetchOffset
                            $0.abortedTransactions = asked.partitionIndex % 3 == 0 ? [.init { $0.producerId = 7 }] : nil
                        }
                    }
                }
            }
        }
        let answered = try response.encode(version: version)
        #expect(try FetchResponse.decode(answered.span.bytes, version: version) == response)
    }
}
