/// The verdicts on one text that the comparison with datatrove reads: each of its five filters alone, on the raw text.
public struct ReferenceVerdict: Sendable, Equatable {
    /// `gopher_repetition`, `gopher_quality`, `c4`, `c4_fineweb` (C4 without its rule of end marks) or `fineweb`.
    public var filter: String
    public var keep: Bool
    /// The rule that refused; nil where kept.
    public var reason: String?
    /// The text that C4 leaves, where it keeps.
    public var text: String?
    public var measured: [Measurement]

    /// The five verdicts on a text, by the defaults, by English word rules.
    public static func verdicts(on text: String) -> [ReferenceVerdict] {
        var text = text
        let verdicts = text.withUTF8 { bytes in
            let segmentation = TextSegmentation(bytes: bytes, rules: .english)
            let quality = GopherQualitySettings()
            var fineWebC4 = C4Settings()
            fineWebC4.filterNoTerminalPunct = false
            return [
                verdict(
                    "gopher_repetition",
                    GopherRepetitionRules.apply(GopherRepetitionSettings(), bytes, segmentation)),
                verdict(
                    "gopher_quality",
                    GopherQualityRules.apply(
                        quality, stopWords: StopWords(quality.stopWords), bytes, segmentation)),
                verdict("c4", C4Settings(), bytes, segmentation),
                verdict("c4_fineweb", fineWebC4, bytes, segmentation),
                verdict("fineweb", FineWebRules.apply(FineWebSettings(), bytes, segmentation)),
            ]
        }
        return verdicts.map { verdict in
            var verdict = verdict
            if verdict.keep, verdict.filter.hasPrefix("c4"), verdict.text == nil { verdict.text = text }
            return verdict
        }
    }

    private static func verdict(_ filter: String, _ ledger: RuleLedger, text: String? = nil) -> ReferenceVerdict {
        ReferenceVerdict(
            filter: filter, keep: ledger.rejection == nil, reason: ledger.rejection?.rule, text: text,
            measured: ledger.measured)
    }

    private static func verdict(
        _ filter: String, _ settings: C4Settings, _ bytes: UnsafeBufferPointer<UInt8>,
        _ segmentation: TextSegmentation
    ) -> ReferenceVerdict {
        let result = C4Rules(settings: settings, rules: .english).apply(bytes, segmentation)
        return verdict(
            filter, result.ledger, text: result.rewritten.map { String(decoding: $0.bytes, as: UTF8.self) })
    }
}
