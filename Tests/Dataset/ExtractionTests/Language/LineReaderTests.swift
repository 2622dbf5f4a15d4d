import CFastText
import Extraction
import Testing

@Suite("Reading lines as fastText does")
struct LineReaderTests {
    /// Both readers must give the same rows in the same order: then even the scores are equal to the last bit.
    @Test func predictionsEqualTheLibrarysOwn() throws {
        let path = LabelledData.packageFolder + "/" + LanguageIdentifier.setupModelPath
        var message = [CChar](repeating: 0, count: 256)
        guard let model = leat_fasttext_open(path, &message, message.count) else {
            print("skipped: line reader (no \(path); run ops/setup)")
            return
        }
        defer { leat_fasttext_close(model) }
        var lines: [[UInt8]] = [[0x0A], [0x20, 0x0A], Array("no line feed".utf8), Array("one\u{1} two\n".utf8), Array("__label__en word\n".utf8)]
        var random = SeededRandom(seed: 11)
        let words = ["the", "Bibliothek", "открыта", "図書館は日曜日", "é", "\t", "\u{0B}", "\0", "a", ",", "ห้องสมุด", "x\u{301}", "  "]
        for _ in 0..<300 {
            let count = Int(random.next() % 20)
            let text = (0..<count).map { _ in words[Int(random.next() % UInt64(words.count))] }.joined(separator: random.next() % 2 == 0 ? " " : "")
            lines.append(Array(text.utf8) + [0x0A])
            lines.append((0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) } + [0x0A])
        }
        if let samples = LabelledData.file("lid/lid_samples.tsv.gz", for: "line reader on samples") {
            lines += try LabelledData.gunzip(samples).split(separator: 0x0A).prefix(4000).map { Array($0) + [0x0A] }
        }
        for line in lines where String(decoding: line, as: UTF8.self).contains("</s>") == false {
            #expect(predict(model, line, byLibrary: false) == predict(model, line, byLibrary: true))
        }
    }

    private func predict(_ model: OpaquePointer, _ line: [UInt8], byLibrary: Bool) -> [String] {
        var found = [leat_fasttext_prediction](repeating: .init(label: -1, score: 0), count: 3)
        let count = line.withUnsafeBytes { bytes in
            let text = bytes.bindMemory(to: CChar.self).baseAddress
            return byLibrary
                ? leat_fasttext_predict_by_library(model, text, bytes.count, &found, 3)
                : leat_fasttext_predict(model, text, bytes.count, &found, 3)
        }
        return found.prefix(Int(max(count, 0))).map { "\($0.label) \($0.score)" }
    }
}
