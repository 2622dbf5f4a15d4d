import Documents
import Filtering
import LogClient
import Streams
import SwiftProtobuf

/// Applies the recipe's rules. What a rule measured goes with the document, kept or refused.
final class FilterStage: Processor {
    private let chain: FilterChain
    private let stage: String
    private let stamp: StageStamper

    init(chain: FilterChain, stage: String, stamp: StageStamper) {
        self.chain = chain
        self.stage = stage
        self.stamp = stamp
    }

    func process(_ record: borrowing FetchedRecord, _ context: ProcessorContext) throws -> Disposition {
        var document = try Document(record)
        let outcome = chain.evaluate(
            FilterInput(
                text: document.text, address: document.url, language: document.language.code,
                languageScore: document.language.score, pageByteCount: Int(clamping: document.page.htmlBytes)))
        document.signals += outcome.measured.compactMap { measurement in
            guard let value = measurement.value else { return nil }
            var signal = Signal()
            signal.name = measurement.name
            signal.value = value
            return signal
        }
        document.lineage.stages.append(stamp.stamp)
        let key = Array(document.id.utf8)
        guard let refusal = outcome.rejection else {
            if let text = outcome.text { document.text = text }
            context.emit(key: key, value: try document.serializedBytes())
            return .passed
        }
        var rejection = Documents.Rejection()
        rejection.stage = stage
        rejection.filter = refusal.filter
        rejection.rule = refusal.rule
        rejection.value = refusal.value ?? 0
        rejection.threshold = refusal.threshold ?? 0
        rejection.document = document
        context.reject(rule: refusal.rule, key: key, value: try rejection.serializedBytes())
        return .rejected
    }
}

extension Document {
    /// A record's value. Throws where it is no document.
    init(_ record: borrowing FetchedRecord) throws {
        guard let value = record.value else { throw PipelineError("the record has no value, so no document") }
        try self.init(serializedBytes: [UInt8](value))
        guard !id.isEmpty else { throw PipelineError("the document has no id") }
    }
}
