import Extraction
import Foundation
import Testing

/// The door that training and scoring come through (`benchmarks/extraction/README.md`): runs only where
/// LEAT_LABELLED_PAGES names a folder with `truth.jsonl` and the pages it lists, and writes
/// `predictions.jsonl` (id, text) and `features.bin` (see `FeatureDump`) to LEAT_LABELLED_OUTPUT.
@Suite struct LabelledPagesTests {
    private struct Label: Decodable {
        var id: String
        var file: String
        var url: String?
    }

    private struct Prediction: Encodable {
        var id: String
        var text: String
    }

    @Test func labelledPagesAreExtracted() throws {
        let environment = ProcessInfo.processInfo.environment
        guard let folder = environment["LEAT_LABELLED_PAGES"], let output = environment["LEAT_LABELLED_OUTPUT"] else {
            print("LEAT_LABELLED_PAGES and LEAT_LABELLED_OUTPUT are not set: labelled pages are skipped")
            return
        }
        let lines = try String(contentsOfFile: folder + "/truth.jsonl", encoding: .utf8).split(separator: "\n")
        var predictions = Data()
        var dump = Data()
        var seconds = 0.0
        for line in lines {
            let label = try JSONDecoder().decode(Label.self, from: Data(line.utf8))
            let html = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/" + label.file)))
            let start = clock()
            let page = try PageExtractor().extract(html: html, url: label.url)
            seconds += Double(clock() - start) / Double(CLOCKS_PER_SEC)
            predictions += try JSONEncoder().encode(Prediction(id: label.id, text: page.text)) + Data("\n".utf8)
            let features = try html.withUnsafeBytes { try FeatureDump.page(html: $0, url: label.url) }
            withUnsafeBytes(of: UInt32(clamping: features.count).littleEndian) { dump.append(contentsOf: $0) }
            dump += Data(features)
            #expect(page.htmlBytes == html.count)
        }
        try predictions.write(to: URL(fileURLWithPath: output + "/predictions.jsonl"))
        try dump.write(to: URL(fileURLWithPath: output + "/features.bin"))
        print("\(lines.count) pages, \(Int(Double(lines.count) / max(seconds, 1e-9))) a CPU second")
    }
}
