import Coordination
import KafkaWire
import Records
import Testing

@testable import KafkaServer

@Suite struct ProduceAndFetchTests {
    private func values(_ response: FetchResponse) throws -> [String] {
        var values: [String] = []
        let reader = RecordBatchReader()
        for partition in response.topics.flatMap(\.partitions) {
            guard case .bytes(let bytes) = partition.records else { continue }
            var position = 0
            while position < bytes.count {
                let rest = bytes.span.bytes.extracting(position..<bytes.count)
                let header = try RecordBatchHeader(rest)
                try reader.forEachRecord(in: rest) { record in
                    values.append(record.value.withUnsafeBytes { String(decoding: $0, as: UTF8.self) })
                }
                position += header.byteCount
            }
        }
        return values
    }

    /// Reads a fetch response whose records are kept.
    private func fetch(_ client: WireClient, _ request: FetchRequest, version: Int16 = 11) throws -> (FetchResponse, [String]) {
        try client.post(request, version: version)
        let frame = try client.frame()
        let (_, response) = try WireFrame.decodeResponse(FetchResponse.self, frame.span.bytes, version: version)
        var loaded = response
        for topic in loaded.topics.indices {
            for partition in loaded.topics[topic].partitions.indices {
                if case .frame(let range) = loaded.topics[topic].partitions[partition].records {
                    loaded.topics[topic].partitions[partition].records = .bytes(Array(frame[range]))
                }
            }
        }
        return (loaded, try values(loaded))
    }

    @Test(arguments: [1, Int.max]) func whatWasProducedIsFetchedWithAndWithoutSendfile(fileRegionBytes: Int) throws {
        let fixture = try ServerFixture { $0.minimumFileRegionBytes = fileRegionBytes }
        let client = try fixture.client()
        try client.createTopic("notes")
        let produced = try client.ask(WireClient.produce(try WireClient.batch(["a", "b"]), to: "notes"), version: 7)
        #expect(produced.topics[0].partitions[0].errorCode == 0)
        #expect(produced.topics[0].partitions[0].baseOffset == 0)
        let (response, found) = try fetch(client, WireClient.fetch("notes"))
        #expect(found == ["a", "b"])
        #expect(response.topics[0].partitions[0].highWatermark == 2)
    }

    @Test func answersComeInTheOrderOfTheRequestsThoughSomeWaitForTheDisk() throws {
        let fixture = try ServerFixture()
        let client = try fixture.client()
        try client.createTopic("notes")
        var asked: [Int32] = []
        for index in 0..<20 {
            asked.append(try client.post(WireClient.produce(try WireClient.batch(["\(index)"]), to: "notes"), version: 7))
            asked.append(try client.post(MetadataRequest(), version: 5))
        }
        for (index, expected) in asked.enumerated() {
            if index % 2 == 0 {
                let (correlation, response) = try client.answer(ProduceResponse.self, version: 7)
                #expect(correlation == expected)
                #expect(response.topics[0].partitions[0].baseOffset == Int64(index / 2))
            } else {
                #expect(try client.answer(MetadataResponse.self, version: 5).correlation == expected)
            }
        }
    }

    @Test func withAcksZeroNothingIsAnsweredAndTheNextAnswerIsTheNextRequests() throws {
        let fixture = try ServerFixture()
        let client = try fixture.client()
        try client.createTopic("notes")
        try client.post(WireClient.produce(try WireClient.batch(["quiet"]), to: "notes", acks: 0), version: 7)
        let (_, found) = try fetch(client, WireClient.fetch("notes", waitMilliseconds: 5_000))
        #expect(found == ["quiet"])
    }

    @Test func aFetchThatWaitsIsAnsweredWhenARecordComes() throws {
        let fixture = try ServerFixture()
        let reader = try fixture.client()
        let writer = try fixture.client()
        try writer.createTopic("notes")
        try reader.post(WireClient.fetch("notes", waitMilliseconds: 15_000), version: 11)
        // Not before the fetch waits: the answer to a later request of the same connection would come after it, so another one asks.
        _ = try writer.ask(MetadataRequest(), version: 5)
        let clock = ContinuousClock()
        let began = clock.now
        _ = try writer.ask(WireClient.produce(try WireClient.batch(["news"]), to: "notes"), version: 7)
        let frame = try reader.frame()
        #expect(clock.now - began < .seconds(10))
        let (_, response) = try WireFrame.decodeResponse(FetchResponse.self, frame.span.bytes, version: 11)
        #expect(response.topics[0].partitions[0].records.byteCount > 0)
    }

    /// KIP-227: a session's later answers name only partitions in which something changed.
    @Test func aSessionTellsOfWhatChangedAlone() throws {
        let fixture = try ServerFixture()
        let client = try fixture.client()
        try client.createTopic("notes", partitions: 3)
        let (first, _) = try fetch(client, WireClient.fetch("notes", partitions: [0, 1, 2], session: (0, 0)))
        #expect(first.sessionId != 0)
        #expect(first.topics[0].partitions.map(\.partitionIndex) == [0, 1, 2])
        _ = try client.ask(WireClient.produce(try WireClient.batch(["x"]), to: "notes", partition: 1), version: 7)
        var next = FetchRequest()
        next.sessionId = first.sessionId
        next.sessionEpoch = 1
        next.maxBytes = 1 << 20
        let (second, found) = try fetch(client, next)
        #expect(second.topics.flatMap(\.partitions).map(\.partitionIndex) == [1])
        #expect(found == ["x"])
        // The same epoch again is not the session's next.
        let (third, _) = try fetch(client, next)
        #expect(third.errorCode == KafkaErrorCode.invalidFetchSessionEpoch.rawValue)
        next.sessionId = first.sessionId &+ 1
        next.sessionEpoch = 2
        let (fourth, _) = try fetch(client, next)
        #expect(fourth.errorCode == KafkaErrorCode.fetchSessionIDNotFound.rawValue)
    }

    @Test func aRecordLargerThanTheFetchAsksForStillComesAlone() throws {
        let fixture = try ServerFixture()
        let client = try fixture.client()
        try client.createTopic("large")
        let large = String(repeating: "x", count: 50_000)
        for _ in 0..<3 { _ = try client.ask(WireClient.produce(try WireClient.batch([large]), to: "large"), version: 7) }
        let (_, found) = try fetch(client, WireClient.fetch("large", from: 1, partitionBytes: 100))
        #expect(found == [large])
    }

    @Test(arguments: [(Int64(-5), KafkaErrorCode.offsetOutOfRange), (99, .offsetOutOfRange)]) func anOffsetOutsideOfTheLogIsRefused(
        offset: Int64, code: KafkaErrorCode
    ) throws {
        let fixture = try ServerFixture()
        let client = try fixture.client()
        try client.createTopic("notes")
        let (response, _) = try fetch(client, WireClient.fetch("notes", from: offset))
        #expect(response.topics[0].partitions[0].errorCode == code.rawValue)
    }
}

