import Coordination
import Records
import SystemIO

/// Writes batches for `leat log dump`.
struct LogDumpPrinter {
    let output: ConsoleOutput
    let showsRecords: Bool
    let json: Bool
    private let reader = RecordBatchReader()

    init(output: ConsoleOutput, showsRecords: Bool, json: Bool) {
        self.output = output
        self.showsRecords = showsRecords
        self.json = json
    }

    /// The batch's checksum was checked.
    func write(_ batch: LogDumpBatch, topic: String) throws {
        let records = showsRecords || batch.header.attributes.isControl ? try self.records(batch) : []
        if json { output.line(object(batch, records, topic)) } else { lines(batch, records, topic) }
    }

    private func records(_ batch: LogDumpBatch) throws -> [Record] {
        var records: [Record] = []
        try reader.forEachRecord(in: batch.bytes.span.bytes, verifyingChecksum: false) { records.append($0.copy()) }
        return records
    }

    /// "commit" or "abort", by the second number of a control record's key.
    private func control(_ records: [Record]) -> String {
        switch records.first?.key.map({ Array($0.dropFirst(2)) }) {
        case [0, 0]: "abort"
        case [0, 1]: "commit"
        default: "control"
        }
    }

    private func lines(_ batch: LogDumpBatch, _ records: [Record], _ topic: String) {
        let header = batch.header
        var parts = [
            output.style.cyan("offsets \(header.baseOffset)–\(header.lastOffset)"),
            "\(header.recordCount) record\(header.recordCount == 1 ? "" : "s")", "\(header.byteCount) bytes",
            header.compression.map(\.description) ?? "codec \(header.attributes.rawValue & 7)", "crc ok",
            TimeText.text(milliseconds: header.maxTimestamp),
        ]
        if header.hasProducer {
            parts.append("producer \(header.producerId) epoch \(header.producerEpoch) sequence \(header.baseSequence)")
        }
        if header.attributes.isControl {
            parts.append(output.style.yellow(control(records)))
        } else if header.attributes.isTransactional {
            parts.append("transactional")
        }
        parts.append(output.style.dim("\(FilePath.name(of: batch.file)) at byte \(batch.position)"))
        output.line(parts.joined(separator: "  "))
        guard showsRecords, !header.attributes.isControl else { return }
        for record in records {
            let key = record.key.map { "key \(ByteText.preview($0, limit: 100))  " } ?? ""
            output.line(
                "    \(record.offset)  \(TimeText.text(milliseconds: record.timestamp))  \(key)"
                    + TailDecoding.content(record, topic: topic).summary)
        }
    }

    private func object(_ batch: LogDumpBatch, _ records: [Record], _ topic: String) -> JSONText {
        let header = batch.header
        var fields: [(String, JSONText)] = [
            ("file", .string(batch.file)), ("position", .integer(batch.position)), ("baseOffset", .integer(header.baseOffset)),
            ("lastOffset", .integer(header.lastOffset)), ("records", .integer(header.recordCount)), ("bytes", .integer(header.byteCount)),
            ("compression", header.compression.map { .string($0.description) } ?? .null), ("crcOk", .bool(true)),
            ("attributes", .integer(header.attributes.rawValue)), ("leaderEpoch", .integer(header.leaderEpoch)),
            ("firstTimestamp", .integer(header.firstTimestamp)), ("maxTimestamp", .integer(header.maxTimestamp)),
            ("producerId", .integer(header.producerId)), ("producerEpoch", .integer(header.producerEpoch)),
            ("baseSequence", .integer(header.baseSequence)), ("transactional", .bool(header.attributes.isTransactional)),
            ("control", header.attributes.isControl ? .string(control(records)) : .null),
        ]
        if showsRecords {
            fields.append(
                (
                    "content",
                    .array(
                        records.map { record in
                            .object([
                                ("offset", .integer(record.offset)), ("timestamp", .integer(record.timestamp)),
                                ("key", ByteText.json(record.key)), ("value", TailDecoding.content(record, topic: topic).json),
                            ])
                        })
                ))
        }
        return .object(fields)
    }
}
