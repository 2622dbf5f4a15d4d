import Coordination
import Records

extension TailDecoding {
    /// A record of `__consumer_offsets`.
    static func position(_ record: Record, _ value: [UInt8]) throws -> TailContent? {
        guard let key = record.key, let (group, partition) = try key.withUnsafeBytes({ try OffsetRecord.decodeKey($0) }) else { return nil }
        let position = try value.withUnsafeBytes { try OffsetRecord.decodeValue($0) }
        return TailContent(
            summary: "group \(ByteText.oneLine(group)) at \(partition)@\(position.offset)  \(ByteText.oneLine(position.metadata))",
            json: .object([
                ("group", .string(group)), ("topic", .string(partition.topic)), ("partition", .integer(partition.partition)),
                ("offset", .integer(position.offset)), ("metadata", .string(position.metadata)),
            ]))
    }

    /// A record of `__transaction_state`.
    static func transaction(_ record: Record, _ value: [UInt8]) throws -> TailContent {
        let transaction = try (record.key ?? []).withUnsafeBytes { key in
            try value.withUnsafeBytes { try TransactionRecord.decode(key: key, value: $0) }
        }
        let partitions = transaction.partitions.map(\.description)
        return TailContent(
            summary: "\(ByteText.oneLine(transaction.transactionalID)) \(transaction.status), producer \(transaction.producerID) "
                + "epoch \(transaction.producerEpoch)" + (partitions.isEmpty ? "" : ", in \(partitions.joined(separator: " "))"),
            json: .object([
                ("transactionalId", .string(transaction.transactionalID)), ("status", .string("\(transaction.status)")),
                ("producerId", .integer(transaction.producerID)), ("producerEpoch", .integer(transaction.producerEpoch)),
                ("partitions", .array(partitions.map { .string($0) })),
                (
                    "positions",
                    .array(
                        transaction.offsets.map {
                            .object([
                                ("group", .string($0.group)), ("topic", .string($0.partition.topic)),
                                ("partition", .integer($0.partition.partition)), ("offset", .integer($0.position.offset)),
                            ])
                        })
                ),
            ]))
    }

    /// A record of a `*.dlq` topic: the original bytes, with the error and where they came from in headers.
    static func deadLetter(_ record: Record, _ value: [UInt8]) -> TailContent {
        func header(_ name: String) -> String? {
            record.headers.last { $0.key == name }?.value.map { String(decoding: $0, as: UTF8.self) }
        }
        let topic = header("leat-source-topic") ?? ""
        let original = topic.isEmpty || topic.hasSuffix(".dlq")
            ? TailContent(summary: ByteText.preview(value, limit: 200), json: ByteText.json(value)) : content(record, topic: topic)
        let source = "\(topic)-\(header("leat-source-partition") ?? "?")@\(header("leat-source-offset") ?? "?")"
        return TailContent(
            summary: ByteText.oneLine("\(header("leat-stage") ?? "?"): \(header("leat-error") ?? "no error is named")", limit: 300)
                + "  from \(ByteText.oneLine(source, limit: 300)): \(original.summary)",
            json: .object([
                ("stage", header("leat-stage").map { .string($0) } ?? .null), ("error", header("leat-error").map { .string($0) } ?? .null),
                ("build", header("leat-build").map { .string($0) } ?? .null), ("source", .string(source)), ("original", original.json),
            ]))
    }
}
