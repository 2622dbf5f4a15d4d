internal import CFastText

#if canImport(Glibc)
    internal import Glibc
#endif

/// A fastText model in memory and what its labels mean.
///
/// `@unchecked Sendable`: after `init` nothing here changes; the model behind the pointer is only read, by
/// `leat_fasttext_predict`, which keeps its working state on its caller's stack (CFastText.h names the functions of
/// fastText that were checked for this), and is freed in `deinit`, when no caller can be left.
final class LanguageModel: @unchecked Sendable {
    private let handle: OpaquePointer
    let labels: [LanguageLabel]

    init(path: String) throws(LanguageError) {
        guard access(path, F_OK) == 0 else { throw .modelMissing(path: path) }
        var message = [CChar](repeating: 0, count: 256)
        guard let handle = leat_fasttext_open(path, &message, message.count) else {
            let reason = String(decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            throw .modelUnreadable(path: path, reason: reason)
        }
        self.handle = handle
        labels = (0..<leat_fasttext_label_count(handle)).map { index in
            LanguageLabel(leat_fasttext_label(handle, index).map { String(cString: $0) } ?? "und")
        }
    }

    deinit { leat_fasttext_close(handle) }

    /// The two best labels of one prepared line (which ends with a line feed), best first.
    func predict(_ line: UnsafeBufferPointer<UInt8>) throws(LanguageError) -> [(label: LanguageLabel, score: Float)] {
        let none = leat_fasttext_prediction(label: 0, score: 0)
        var best = (none, none)
        let count = withUnsafeMutableBytes(of: &best) { best in
            let text = UnsafeRawPointer(line.baseAddress)?.assumingMemoryBound(to: CChar.self)
            return leat_fasttext_predict(
                handle, text, line.count, best.bindMemory(to: leat_fasttext_prediction.self).baseAddress, 2)
        }
        guard count >= 0 else { throw .predictionFailed(textBytes: line.count) }
        return [best.0, best.1].prefix(Int(count)).compactMap { found in
            labels.indices.contains(Int(found.label)) ? (labels[Int(found.label)], found.score) : nil
        }
    }
}
