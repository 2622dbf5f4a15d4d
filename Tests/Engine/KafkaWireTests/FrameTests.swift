import KafkaWire
import Testing

/// Headers, sizes and pieces around the bodies.
@Suite("Frames")
struct FrameTests {
    @Test("A request's frame: size, header in the version that goes with the API's, body", arguments: [Int16(8), 9])
    func request(version: Int16) throws {
        let request = ProduceRequest {
            $0.acks = -1
            $0.topics = [.init { $0.name = "clicks"; $0.partitions = [.init { $0.partitionIndex = 3; $0.records = .bytes([1, 2, 3, 4]) }] }]
        }
        let bytes = try WireFrame.request(request, version: version, correlationId: 77, clientId: "tests")
        #expect(bytes[..<4] == [0, 0, 0, UInt8(bytes.count - 4)])

        let frame = Array(bytes[4...])
        let (header, start) = try RequestHeader.decode(frame.span.bytes)
        #expect(header == RequestHeader(apiKey: .produce, apiVersion: version, correlationId: 77, clientId: "tests"))
        // Two of key and version, four of the correlation id, two and five of the client id; one of the tag section.
        #expect(start == 2 + 2 + 4 + 2 + 5 + (version >= 9 ? 1 : 0))

        let read = try ProduceRequest.decode(frame.span.bytes, from: start, version: version)
        guard case .frame(let range) = read.topics[0].partitions[0].records else {
            Issue.record("the records were moved")
            return
        }
        #expect(Array(frame[range]) == [1, 2, 3, 4])
        #expect(read.acks == -1 && read.topics[0].name == "clicks" && read.topics[0].partitions[0].partitionIndex == 3)
    }

    @Test("A header without a client id, with unknown tags, of an unknown API")
    func headers() throws {
        let (header, start) = try RequestHeader.decode(([0, 18, 0, 3, 0, 0, 0, 9, 0xff, 0xff, 1, 5, 2, 0xaa, 0xbb, 7] as [UInt8]).span.bytes)
        #expect(header == RequestHeader(apiKey: .apiVersions, apiVersion: 3, correlationId: 9, clientId: nil))
        #expect(start == 15)
        do {
            _ = try RequestHeader.decode(([0x03, 0xe7, 0, 0, 0, 0, 0, 1] as [UInt8]).span.bytes)
            Issue.record("API 999 was accepted")
        } catch {
            #expect(error.reason == .unknownApiKey(999))
            #expect("\(error)" == "RequestHeader, apiKey at byte 0: names API 999, which is unknown")
        }
        #expect(throws: WireError.self) { try RequestHeader.decode(([0, 18, 0] as [UInt8]).span.bytes) }
        #expect(throws: WireError.self) { try RequestHeader.decode(RawSpan()) }
    }

    @Test("A response's frame repeats the correlation id", arguments: [Int16(0), 12])
    func response(version: Int16) throws {
        let response = MetadataResponse { $0.brokers = [.init { $0.nodeId = 1; $0.host = "localhost"; $0.port = 9092 }] }
        let bytes = try WireFrame.response(response, version: version, correlationId: -5)
        let (correlationId, read) = try WireFrame.decodeResponse(MetadataResponse.self, Array(bytes[4...]).span.bytes, version: version)
        #expect(correlationId == -5)
        #expect(read.brokers == response.brokers)
    }

    @Test("Records of a fetch response that are sent from elsewhere leave gaps of their size", arguments: [Int16(4), 11, 12, 18])
    func pieces(version: Int16) throws {
        let records: [[UInt8]] = [[UInt8](repeating: 1, count: 300), [2, 2], [3]]
        func response(_ records: [WireRecords]) -> FetchResponse {
            FetchResponse {
                $0.topics = records.enumerated().map { index, records in
                    .init { topic in
                        topic.name = version < 13 ? "topic \(index)" : ""
                        topic.partitions = [.init { $0.partitionIndex = Int32(index); $0.records = records }, .init { $0.partitionIndex = 9 }]
                    }
                }
            }
        }
        let pieces = try WireFrame.responsePieces(
            response([.external(index: 7, byteCount: 300), .bytes(records[1]), .external(index: 8, byteCount: 1)]),
            version: version, correlationId: 1)
        #expect(pieces.count == 5)
        #expect(pieces[1] == .records(index: 7, byteCount: 300))
        #expect(pieces[3] == .records(index: 8, byteCount: 1))

        var joined: [UInt8] = []
        for piece in pieces {
            switch piece {
            case .bytes(let bytes): joined += bytes
            case .records(let index, _): joined += index == 7 ? records[0] : records[2]
            }
        }
        let whole = try WireFrame.response(response(records.map { .bytes($0) }), version: version, correlationId: 1)
        #expect(joined == whole)
        #expect(throws: WireError.self) {
            try WireFrame.response(response([.external(index: 0, byteCount: 5)]), version: version, correlationId: 1)
        }
    }

    @Test("No records from elsewhere take no piece")
    func emptyRecords() throws {
        let response = FetchResponse { $0.topics = [.init { $0.partitions = [.init { $0.records = .external(index: 0, byteCount: 0) }] }] }
        let pieces = try WireFrame.responsePieces(response, version: 12, correlationId: 1)
        #expect(pieces.count == 1)
    }

    @Test("The answer to ApiVersions names the table, and version 0 of it answers versions that are unknown")
    func apiVersions() throws {
        let answer = ApiVersionsResponse.naming()
        #expect(answer.apiKeys.count == ApiKey.allCases.count)
        #expect(answer.apiKeys[0] == .init { $0.apiKey = 0; $0.minVersion = 0; $0.maxVersion = 13 })

        #expect(throws: WireError.self) { try ApiVersionsRequest.decode(RawSpan(), version: 5) }
        let bytes = try WireFrame.response(ApiVersionsResponse.unsupportedVersion, version: 0, correlationId: 3)
        #expect(bytes == [0, 0, 0, 16, 0, 0, 0, 3, 0, 35, 0, 0, 0, 1, 0, 18, 0, 0, 0, 4])
    }

    @Test("A version outside of the table is named")
    func unsupported() {
        do {
            _ = try ProduceRequest().encode(version: 2)
            Issue.record("version 2 was written")
        } catch {
            #expect(error.reason == .unsupportedVersion(2, lowest: 3, highest: 13))
        }
    }
}
