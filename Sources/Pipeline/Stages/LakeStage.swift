import Documents
import LogClient
import Shards
import StateStore
import Streams

/// Writes the Parquet lake in the one order, exactly once by reading again: positions are committed only up to the first row that is
/// in no sealed file.
final class LakeStage: Processor {
    private static let key = Array("writer".utf8)

    private let writer: LakeWriter
    private let signals: [String]
    private let spanPages: UInt64
    private let store: any KeyValueStore

    /// `spanPages`: a file closes, however small, when so many pages have come since its first row. It bounds how far back reading begins after
    /// a crash, and so what the log must keep; and since it goes by order keys, it closes at the same row in every run.
    init(folder: String, settings: LakeSettings, spanPages: UInt64, context: ProcessorContext) throws {
        self.spanPages = spanPages
        signals = settings.signals
        store = try context.store("lake")
        let state = try store.get(Self.key).map { try LakeState(decoding: $0) }
        writer = try LakeWriter(folder: folder, settings: settings, resuming: state)
    }

    var holdsRecords: Bool { true }
    var oldestHeldOrder: Streams.OrderKey? { writer.firstUnsealedOrderKey.map { Streams.OrderKey($0) } }

    func process(_ record: borrowing FetchedRecord, _ context: ProcessorContext) throws -> Disposition {
        // What was put back for another stage is here already.
        if let target = record.text("leat-retry"), target != context.task.stage { return .accounted }
        try writer.append(row(of: try Document(record)), order: Shards.OrderKey(context.order))
        if let first = writer.firstUnsealedOrderKey, first.ordinal + spanPages <= context.order.primary {
            for (language, first) in writer.firstUnsealedOrderKeys.sorted(by: { $0.key < $1.key })
            where first.ordinal + spanPages <= context.order.primary {
                try writer.seal(language: language)
            }
        }
        return .passed
    }

    func endOfInput(_ context: ProcessorContext) throws { try writer.finish() }

    func prepareCommit(_ context: ProcessorContext) throws { try store.put(Self.key, try writer.state.encoded()) }

    func didCommit(_ context: ProcessorContext) throws {
        for file in writer.unpublished { try writer.publish(file) }
    }

    private func row(of document: Document) -> LakeRow {
        func given(_ text: String) -> String? { text.isEmpty ? nil : text }
        var measured: [String: Double] = [:]
        for signal in document.signals { measured[signal.name] = signal.value }
        return LakeRow(
            id: document.id, url: document.url, text: document.text, language: document.language.code,
            languageScript: given(document.language.script), languageScore: document.language.score, date: given(document.date),
            title: given(document.title), author: given(document.author), site: given(document.site),
            dump: given(document.lineage.dump), filePath: given(document.lineage.archive),
            sourceOffset: Int64(clamping: document.lineage.offset), sourceDigest: given(document.lineage.payloadDigest),
            tokenCount: document.hasTokens ? Int64(clamping: document.tokens.count) : nil, signals: signals.map { measured[$0] },
            clusterID: given(document.cluster.id), clusterSize: nil,
            lineage: document.lineage.stages.map { "\($0.stage)@\($0.build)#\($0.configuration)" }.joined(separator: " "))
    }
}
