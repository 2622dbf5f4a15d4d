import Coordination
import Foundation
import Records

/// Writes records as lines.
struct TailLine {
    var showsHeaders = false
    var json = false
    var raw = false

    /// A progress mark (null key and value, header `leat-mark`): 0 all up to that order is handled, 1 and nothing follows.
    static func mark(_ record: Record) -> UInt8? {
        guard record.key == nil, record.value == nil else { return nil }
        return record.headers.last { $0.key == "leat-mark" }?.value?.first
    }

    func write(_ record: Record, of partition: TopicPartition, to output: ConsoleOutput) {
        if raw {
            output.line(record.value ?? [])
        } else if json {
            output.line(object(record, partition))
        } else {
            let style = output.style
            let mark = Self.mark(record)
            let summary =
                mark.map { style.dim("mark: \($0 == 1 ? "end of input" : "progress") up to \(order(record) ?? "?")") }
                ?? TailDecoding.content(record, topic: partition.topic).summary
            let key = keyText(record, partition.topic).map { style.green($0) + "  " } ?? ""
            output.line(
                style.cyan("\(partition)@\(record.offset)") + "  " + style.dim(TimeText.text(milliseconds: record.timestamp)) + "  " + key + summary)
            guard showsHeaders else { return }
            for header in record.headers {
                output.line("    " + style.dim("\(ByteText.oneLine(header.key, limit: 100)):") + " " + headerText(header))
            }
        }
    }

    private func order(_ record: Record) -> String? { record.headers.last { $0.key == "leat-order" }.map(headerText) }

    /// The broker's own keys are binary, and their records say what is in them.
    private func keyText(_ record: Record, _ topic: String) -> String? {
        topic.hasPrefix("__") ? nil : record.key.map { ByteText.preview($0, limit: 120) }
    }

    /// `leat-order` is 20 bytes, big-endian: primary u64, partition u32, offset u64.
    static func orderText(_ bytes: [UInt8]) -> String? {
        guard bytes.count == 20 else { return nil }
        func number(_ range: Range<Int>) -> UInt64 { bytes[range].reduce(0) { $0 << 8 | UInt64($1) } }
        let (primary, partition, offset) = (number(0..<8), number(8..<12), number(12..<20))
        return partition == 0 && offset == 0 ? "\(primary)" : "\(primary)/\(partition)/\(offset)"
    }

    private func headerText(_ header: RecordHeader) -> String {
        guard let value = header.value else { return "(null)" }
        if header.key == "leat-order", let order = Self.orderText(value) { return order }
        return ByteText.preview(value, limit: 200)
    }

    private func object(_ record: Record, _ partition: TopicPartition) -> JSONText {
        var fields: [(String, JSONText)] = [
            ("topic", .string(partition.topic)), ("partition", .integer(partition.partition)), ("offset", .integer(record.offset)),
            ("timestamp", .integer(record.timestamp)), ("key", ByteText.json(record.key)),
        ]
        if let mark = Self.mark(record) { fields.append(("mark", .string(mark == 1 ? "end of input" : "progress"))) }
        let headers = record.headers.map { header -> (String, JSONText) in
            if header.key == "leat-order", let order = header.value.flatMap(Self.orderText) { return (header.key, .string(order)) }
            return (header.key, ByteText.json(header.value))
        }
        fields.append(("headers", .object(headers)))
        fields.append(("value", TailDecoding.content(record, topic: partition.topic).json))
        return .object(fields)
    }
}
