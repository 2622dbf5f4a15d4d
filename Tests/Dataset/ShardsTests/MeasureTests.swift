import Glibc
import Testing

@testable import Shards

/// Figures for the record, where LEAT_MEASURE is set; measure in release mode.
@Suite(.enabled(if: getenv("LEAT_MEASURE") != nil)) struct MeasureTests {
    /// User and system CPU seconds of the process so far.
    private func cpuSeconds() -> Double {
        var usage = rusage()
        getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
        return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
    }

    @Test func tokensPerCPUSecond() throws {
        let scratch = try Scratch()
        let settings = TokenShardSettings(
            name: "m", vocabularySize: 50_257, tokensPerShard: 20_000_000, endOfDocument: 50_256, tokenizerName: "t", tokenizerDigest: "0")
        let document = (0..<700).map { UInt32($0 * 61 % 50_000) }
        let start = cpuSeconds()
        let writer = try TokenShardWriter(folder: scratch.path, settings: settings, resuming: nil)
        for number in 0..<60_000 { try writer.append(document, order: OrderKey(UInt64(number)), id: "d") }
        try writer.finish()
        let written = cpuSeconds()
        for shard in writer.unpublished { try writer.publish(shard) }
        let tokens = Double(writer.manifest.tokens)
        print("tokens: \(tokens / (written - start) / 1e6) million/s written, \(tokens / (cpuSeconds() - start) / 1e6) with publication")
        #expect(tokens == 60_000 * 701)
    }

    @Test func lakeMegabytesPerCPUSecond() throws {
        let scratch = try Scratch()
        var random = SeededGenerator(1)
        let words = (0..<5_000).map { _ in String((0..<Int.random(in: 2...9, using: &random)).map { _ in "etaoinshrdlu".randomElement(using: &random) ?? "e" }) }
        let texts = (0..<500).map { _ in (0..<600).map { _ in words.randomElement(using: &random) ?? "" }.joined(separator: " ") }
        let names = (0..<40).map { "signal.\($0)" }
        let writer = try LakeWriter(folder: scratch.path, settings: LakeSettings(signals: names, metadata: [:]), resuming: nil)
        let start = cpuSeconds()
        var bytes = 0
        for number in 0..<50_000 {
            var row = LakeRow(id: "\(number)", url: "https://example.org/\(number)", text: texts[number % 500], language: ["en", "de", "fr"][number % 3])
            row.signals = names.indices.map { Double(number % ($0 + 7)) }
            bytes += row.text.utf8.count
            try writer.append(row, order: OrderKey(UInt64(number)))
        }
        try writer.finish()
        for file in writer.unpublished { try writer.publish(file) }
        let spent = cpuSeconds() - start
        var usage = rusage()
        getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
        print("lake: \(50_000 / spent) rows/s, \(Double(bytes) / spent / 1e6) MB of text/s, peak \(usage.ru_maxrss / 1_024) MiB")
        #expect(writer.manifest.rows == 50_000)
    }
}
