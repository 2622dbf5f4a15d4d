import Coordination
import Documents
public import LogClient
import SwiftProtobuf

/// Reads examples of refusals from the log for the report.
public enum RejectionExamples {
    /// At most `perRule` of each rule, from the first `byteLimit` bytes of each partition of `docs.rejected`.
    public static func read(
        from engine: any LogEngine, perRule: Int = 2, byteLimit: Int = 8 << 20
    ) throws -> [RunReport.Example] {
        var found: [String: [RunReport.Example]] = [:]
        var records = RecordSet()
        for number in 0..<(try engine.partitionCount(of: "docs.rejected")) {
            let partition = TopicPartition("docs.rejected", number)
            var offset = try engine.startOffset(of: partition)
            let end = try engine.stableOffset(of: partition)
            var bytes = 0
            while offset < end, bytes < byteLimit {
                try engine.fetch(partition, from: offset, maximumBytes: 1 << 20, into: &records)
                guard records.nextOffset > offset else { break }
                for index in 0..<records.count {
                    let example = records.withRecord(at: index) { record in Self.example(record) }
                    if let example, found[example.rule, default: []].count < perRule { found[example.rule, default: []].append(example) }
                }
                bytes += records.byteCount
                offset = records.nextOffset
            }
        }
        return found.sorted { $0.key < $1.key }.flatMap(\.value)
    }

    private static func example(_ record: borrowing FetchedRecord) -> RunReport.Example? {
        guard let value = record.value, let rejection = try? Rejection(serializedBytes: [UInt8](value)) else { return nil }
        return RunReport.Example(
            rule: rejection.rule, value: rejection.value, threshold: rejection.threshold, detail: rejection.detail,
            url: rejection.document.url, text: String(rejection.document.text.prefix(240)))
    }
}
