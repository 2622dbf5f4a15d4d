import Deduplication
import Foundation
import Testing

/// The labelled set of near-duplicates, where the data is present: recall and precision at a Jaccard of 0.8, and no lost cluster.
@Suite struct LabelledSetTests {
    private struct Entry: Decodable {
        let id: UInt64
        let text: String
    }

    private static var folder: String {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized
        let data = ProcessInfo.processInfo.environment["LEAT_DATA"] ?? package.appending(path: "../shared/data").standardized.path
        return data + "/neardup"
    }

    @Test func findsWhatTheTruthSays() throws {
        guard let truth = try? String(contentsOfFile: Self.folder + "/neardup_pairs.tsv", encoding: .utf8) else {
            print("skipped: no labelled near-duplicates in \(Self.folder)")
            return
        }
        var best: [UInt64: Double] = [:]
        var exact: [[UInt64]: Double] = [:]
        for line in truth.split(separator: "\n").dropFirst() {
            let fields = line.split(separator: "\t")
            guard let a = UInt64(fields[0]), let b = UInt64(fields[1]), let jaccard = Double(fields[2]) else { continue }
            best[b] = max(best[b] ?? 0, jaccard)
            exact[[a, b]] = jaccard
        }
        var maker = try SignatureMaker()
        let index = try NearDuplicateIndex(storage: InMemoryDuplicateStorage())
        var (should, found, dropped, right) = (0, 0, 0, 0)
        for line in try unpacked(Self.folder + "/neardup.jsonl.gz").split(separator: 10) {
            let entry = try JSONDecoder().decode(Entry.self, from: line)
            let isNear = (best[entry.id] ?? 0) >= 0.8
            if isNear { should += 1 }
            guard case .duplicate(let match) = try index.decide(document: entry.id, signature: maker.signature(of: entry.text))
            else { continue }
            dropped += 1
            right += isNear ? 1 : 0
            found += isNear ? 1 : 0
            let known = exact[[match.of, entry.id]] ?? 0
            if abs(known - match.jaccard) > 0.0001 { Issue.record("\(entry.id), \(match.of): \(match.jaccard), not \(known)") }
        }
        let recall = Double(found) / Double(should)
        let precision = Double(right) / Double(dropped)
        print("labelled near-duplicates: recall \(recall), precision \(precision), \(dropped) dropped")
        #expect(should > 1_900 && recall >= 0.985 && precision >= 0.97)
    }

    private func unpacked(_ path: String) throws -> Data {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["gzip", "-dc", path]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return data
    }
}
