import Extraction
import Foundation
import Testing

@Suite("Language samples")
struct LanguageAccuracyTests {
    @Test func accuracyIsThatOfTheModel() throws {
        guard let path = LabelledData.file("lid/lid_samples.tsv.gz", for: "language accuracy"),
            let identifier = try LanguageModelForTests.identifier("language accuracy")
        else { return }
        let lines = try LabelledData.gunzip(path).split(separator: 0x0A)
        var right = 0
        var perLanguage: [String: (right: Int, all: Int)] = [:]
        let start = clock()
        for line in lines {
            let parts = line.split(separator: 0x09, maxSplits: 1)
            guard parts.count == 2 else { continue }
            let code = String(decoding: parts[0], as: UTF8.self)
            let found = try identifier.identify(Array(parts[1]))
            right += found.code == code ? 1 : 0
            perLanguage[code, default: (0, 0)].all += 1
            perLanguage[code, default: (0, 0)].right += found.code == code ? 1 : 0
        }
        let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
        let accuracy = Double(right) / Double(lines.count)
        print("language: accuracy \(accuracy), \(Int(Double(lines.count) / seconds)) documents per CPU second")
        for (code, counts) in perLanguage.sorted(by: { $0.key < $1.key }) { print("  \(code) \(counts.right) of \(counts.all)") }
        #expect(lines.count == 3850)
        #expect(accuracy >= 0.985)
    }
}

enum LanguageModelForTests {
    static func identifier(_ test: String, limitBytes: Int = 64 << 10) throws -> LanguageIdentifier? {
        let path = LabelledData.packageFolder + "/" + LanguageIdentifier.setupModelPath
        guard FileManager.default.fileExists(atPath: path) else {
            print("skipped: \(test) (no \(path); run ops/setup)")
            return nil
        }
        return try LanguageIdentifier(modelPath: path, limitBytes: limitBytes)
    }
}
