import Coordination
import KafkaWire
import Records
import SystemIO

@testable import AccessControl
@testable import Coordination
@testable import LogStorage
@testable import ObjectStore

/// Every parser of the engine that reads bytes from outside: from the network, or from a disk or a bucket that may say anything.
enum Parsers {
    static let all: [String: Parser] = [
        "wire": Parser(seeds: wireSeeds, run: wire),
        "records": Parser(seeds: recordSeeds, run: records),
        "append": Parser(seeds: recordSeeds, run: append),
        "coordination": Parser(seeds: { [[0, 2, 0, 1, 0, 1], [0, 4, 0, 2, 0, 1, 0x67, 0, 3]] }, run: coordination),
        "patterns": Parser(seeds: { ["a.*b", "^(x|y)[0-9]{1,3}$", "\\Qa\\E+?"].map { Array($0.utf8) } }, run: patterns),
        "access": Parser(seeds: accessSeeds, run: access),
        "sasl": Parser(seeds: { ["n,,n=user,r=nonce", "\0user\0password", "c=biws,r=nonce,p=AAAA"].map { Array($0.utf8) } }, run: sasl),
        "files": Parser(seeds: fileSeeds, run: files),
        "bucket": Parser(seeds: bucketSeeds, run: bucket),
    ]

    // MARK: Requests

    private static let requests: [any WireRequest.Type] = [
        ProduceRequest.self, FetchRequest.self, ListOffsetsRequest.self, MetadataRequest.self, OffsetCommitRequest.self,
        OffsetFetchRequest.self, FindCoordinatorRequest.self, JoinGroupRequest.self, KafkaWire.HeartbeatRequest.self,
        LeaveGroupRequest.self, SyncGroupRequest.self, DescribeGroupsRequest.self, ListGroupsRequest.self, SaslHandshakeRequest.self,
        ApiVersionsRequest.self, CreateTopicsRequest.self, DeleteTopicsRequest.self, DeleteRecordsRequest.self,
        InitProducerIdRequest.self, OffsetForLeaderEpochRequest.self, AddPartitionsToTxnRequest.self, AddOffsetsToTxnRequest.self,
        EndTxnRequest.self, TxnOffsetCommitRequest.self, DescribeAclsRequest.self, CreateAclsRequest.self, DeleteAclsRequest.self,
        DescribeConfigsRequest.self, AlterConfigsRequest.self, DescribeLogDirsRequest.self, SaslAuthenticateRequest.self,
        CreatePartitionsRequest.self, DeleteGroupsRequest.self, IncrementalAlterConfigsRequest.self, OffsetDeleteRequest.self,
        DescribeClientQuotasRequest.self, AlterClientQuotasRequest.self, DescribeUserScramCredentialsRequest.self,
        AlterUserScramCredentialsRequest.self, DescribeClusterRequest.self, DescribeProducersRequest.self,
        DescribeTransactionsRequest.self, ListTransactionsRequest.self, ConsumerGroupHeartbeatRequest.self,
        ConsumerGroupDescribeRequest.self, GetTelemetrySubscriptionsRequest.self, PushTelemetryRequest.self,
        ListConfigResourcesRequest.self, DescribeTopicPartitionsRequest.self
    ]

    private static func wire(_ frame: UnsafeRawBufferPointer) {
        guard let (header, start) = try? RequestHeader.decode(frame), header.apiKey.versions.contains(header.apiVersion) else { return }
        guard let type = requests.first(where: { $0.apiKey == header.apiKey }) else { return }
        decode(type, frame, start, header.apiVersion)
    }

    /// What was read is written and read again: it is the same then.
    private static func decode<Request: WireRequest>(_ type: Request.Type, _ frame: UnsafeRawBufferPointer, _ start: Int, _ version: Int16) {
        guard let message = try? Request.decode(frame, from: start, version: version, elementLimit: 100_000, takesTrailingBytes: true) else { return }
        guard let bytes = try? message.encode(version: version, recordsIn: frame.bytes) else { return }
        guard let again = try? Request.decode(bytes.span.bytes, version: version) else {
            return promise(false, "\(type) version \(version) does not read what it wrote")
        }
        guard let twice = try? again.encode(version: version, recordsIn: bytes.span.bytes) else {
            return promise(false, "\(type) version \(version) does not write what it read")
        }
        promise(twice == bytes, "\(type) version \(version) writes something else than it read")
    }

    private static func wireSeeds() -> [[UInt8]] {
        requests.flatMap { type in
            [type.apiKey.versions.lowerBound, type.apiKey.versions.upperBound].compactMap { version in request(type, version) }
        }
    }

    private static func request<Request: WireRequest>(_ type: Request.Type, _ version: Int16) -> [UInt8]? {
        // Without the length before it.
        (try? WireFrame.request(Request(), version: version, correlationId: 1, clientId: "fuzz")).map { Array($0.dropFirst(4)) }
    }

    // MARK: Record batches

    private static let limits = DecompressionLimits(maximumBytes: 1 << 20, maximumRatio: 1_000, ratioFloorBytes: 1 << 18)

    /// As it came, and with a right length and checksum, which no mutation would hit.
    private static func records(_ bytes: UnsafeRawBufferPointer) {
        for batch in [Array(bytes), repaired(bytes)] {
            guard batch.count <= 1 << 20 else { return }
            var count = 0
            let reader = RecordBatchReader(limits: limits)
            guard let header = try? reader.forEachRecord(in: batch.span.bytes, verifyingChecksum: true, { _ in count += 1 }) else { continue }
            promise(count == Int(header.recordCount), "\(count) records were read of \(header.recordCount)")
        }
    }

    private static func append(_ bytes: UnsafeRawBufferPointer) {
        guard let settings = try? LogConfiguration(settings: ["cleanup.policy": "compact", "message.timestamp.before.max.ms": "1000"]) else { return }
        for batch in [Array(bytes), repaired(bytes)] {
            batch.withUnsafeBytes { batch in
                guard let found = try? AppendCheck(settings: settings, now: 1_700_000_000_000).batches(in: batch) else { return }
                promise(found.last.map { $0.end == Int64(batch.count) } ?? true, "the batches end at \(found.last?.end ?? -1) of \(batch.count) bytes")
            }
        }
    }

    private static func repaired(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var batch = Array(bytes)
        guard batch.count >= 61 else { return batch }
        put(UInt32(batch.count - 12), in: &batch, at: 8)
        batch[16] = 2
        put(Checksum.crc32c(Array(batch[21...])), in: &batch, at: 17)
        return batch
    }

    private static func put(_ value: UInt32, in bytes: inout [UInt8], at place: Int) {
        for index in 0..<4 { bytes[place + index] = UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * index)) }
    }

    private static func recordSeeds() -> [[UInt8]] {
        let codecs: [CompressionCodec] = [.none, .gzip, .snappy, .lz4, .zstd]
        return codecs.compactMap { codec in
            let builder = RecordBatchBuilder(compression: codec)
            for index in 0..<3 { try? builder.append(key: "key", value: "value \(index) value value value", timestamp: 1_000 + Int64(index)) }
            return try? builder.finish()
        }
    }

    // MARK: The broker's own records, and what members say

    private static func coordination(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 2 else { return }
        let length = min(Int(bytes[0]) << 8 | Int(bytes[1]), bytes.count - 2)
        let key = UnsafeRawBufferPointer(rebasing: bytes[2..<2 + length])
        let value = UnsafeRawBufferPointer(rebasing: bytes[(2 + length)...])
        var groups = GroupCoordinator()
        _ = try? groups.replay(key: key, value: value)
        _ = try? groups.replay(key: key, value: nil)
        _ = try? OffsetRecord.decodeKey(key)
        _ = try? OffsetRecord.decodeValue(value)
        _ = OffsetRecord.commitMilliseconds(value)
        _ = try? TransactionRecord.decode(key: key, value: value)
        _ = ConsumerProtocol.Subscription(Array(value))
        _ = ConsumerProtocol.decodeAssignment(Array(value))
    }

    private static func patterns(_ bytes: UnsafeRawBufferPointer) {
        guard let pattern = try? TopicPattern(String(decoding: bytes, as: UTF8.self)) else { return }
        for name in ["", "a", "docs.unique", String(repeating: "a", count: 249)] { _ = pattern.matches(name) }
    }

    // MARK: Who is there

    private static func access(_ bytes: UnsafeRawBufferPointer) {
        var body = Array(bytes)
        if body.last != UInt8(ascii: "\n") { body.append(UInt8(ascii: "\n")) }
        let end = Array("end\t\(Base64.text(ScramMechanism.sha256.hash(body)))\n".utf8)
        for file in [Array(bytes), body + end] {
            guard let read = try? AccessFile(bytes: file, path: "access") else { continue }
            promise((try? AccessFile(bytes: read.bytes, path: "access"))?.bytes == read.bytes, "the file of users does not read what it wrote")
        }
    }

    private static func accessSeeds() -> [[UInt8]] {
        var file = AccessFile(secret: [UInt8](repeating: 7, count: 32))
        _ = try? file.rules.insert(AclBinding(.allow, .read, on: ResourcePattern(.topic, "a b", .prefixed), to: "User:x"))
        try? file.quotas.set(.producerByteRate, 5, for: QuotaEntity(user: .byDefault))
        // Without the last line, which is made anew.
        return [Array(String(decoding: file.bytes, as: UTF8.self).split(separator: "\n").dropLast().joined(separator: "\n").utf8)]
    }

    private static func sasl(_ bytes: UnsafeRawBufferPointer) {
        let table = CredentialTable(secret: [UInt8](repeating: 1, count: 32))
        for mechanism in [SaslMechanism.plain, .scramSHA256, .scramSHA512] {
            var session = SaslSession(mechanism, credentials: table, entropy: FixedEntropy())
            // The halves as two messages of one login.
            _ = session.step(Array(bytes.prefix(bytes.count / 2)))
            _ = session.step(Array(bytes.dropFirst(bytes.count / 2)))
            var other = SaslSession(mechanism, credentials: table, entropy: FixedEntropy())
            _ = other.step(Array(bytes))
        }
    }

    private struct FixedEntropy: EntropySource {
        func fill(_ bytes: UnsafeMutableRawBufferPointer) throws(SystemIOError) { for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: index) } }
    }

    // MARK: Files beside the log, here and in a bucket

    private static func files(_ bytes: UnsafeRawBufferPointer) {
        let plain = Array(bytes)
        var sealed = plain
        if sealed.count >= 6 {
            (sealed[0], sealed[1]) = (0, 1)
            put(Checksum.crc32c(Array(sealed[6...])), in: &sealed, at: 2)
        }
        for file in [plain, sealed] {
            _ = ProducerSnapshot.decode(file)
            if let note = CleanShutdown(file) { promise(CleanShutdown(note.encode()) != nil, "a note of a clean end does not read what it wrote") }
        }
        if let epochs = LeaderEpochs(plain) { promise(LeaderEpochs(epochs.encode()) == epochs, "leader epochs do not read what they wrote") }
        let digits = String(Checksum.crc32c(plain), radix: 16)
        let line = "crc32c \(String(repeating: "0", count: 8 - digits.count))\(digits)\n"
        for file in [plain, plain + Array(line.utf8)] {
            if let manifest = RemoteManifest(file) { promise(RemoteManifest(manifest.encode()) == manifest, "a manifest does not read what it wrote") }
        }
    }

    private static func fileSeeds() -> [[UInt8]] {
        [
            Array("leat tier 1\nwriter 0000000000000001\nstart 0\nepoch 0 0\nsegment 0 10 100 5 ab cd 8 12 0 9\n".utf8), Array("0\n1\n0 0\n".utf8),
            [0, 1, 0, 0, 0, 0, 0, 0, 0, 1] + [UInt8](repeating: 0, count: 46), [UInt8](repeating: 0, count: 80),
        ]
    }

    private static func bucket(_ bytes: UnsafeRawBufferPointer) {
        let document = S3Document(Array(bytes))
        for content in document.all("Contents") {
            _ = content.first("Key").map(S3Document.decoded)
            _ = content.first("Size")
        }
        for name in ["Code", "Message", "IsTruncated", "NextContinuationToken", "UploadId"] { _ = document.first(name) }
    }

    private static func bucketSeeds() -> [[UInt8]] {
        ["<ListBucketResult><Contents><Key>a&amp;b</Key><Size>5</Size></Contents><IsTruncated>false</IsTruncated></ListBucketResult>",
         "<Error><Code>NoSuchKey</Code><Message>x</Message></Error>"].map { Array($0.utf8) }
    }
}
