import Foundation
import Testing

/// `--remote`, as a user meets it: old segments go to a folder, clients notice nothing, and what is there is verified.
@Suite struct RemoteCommandsTests {
    @Test func oldSegmentsGoToAFolderAndAreReadAndVerifiedThere() throws {
        guard let leat = CommandLine() else { return }
        defer { leat.remove() }
        let remote = leat.folder + "-remote"
        defer { try? FileManager.default.removeItem(atPath: remote) }
        let expected = (0..<600).map { "record \($0) \(String(repeating: "x", count: 100))" }
        do {
            let served = try ServedLog(leat, ["--remote", remote, "--set", "log.retention.check.interval.ms=100"])
            func run(_ arguments: [String], input: String = "") throws -> CommandLine.Outcome {
                let outcome = try leat.run(arguments + ["--brokers", served.address], input: input, withData: false)
                #expect(outcome.code == 0, "\(arguments): \(outcome.errors)")
                return outcome
            }
            let settings = ["remote.storage.enable=true", "segment.bytes=4096", "local.retention.bytes=8192", "retention.ms=-1"]
            _ = try run(["topics", "create", "old"] + settings.flatMap { ["--config", $0] })
            for start in stride(from: 0, to: expected.count, by: 50) {
                _ = try run(["produce", "old"], input: expected[start..<start + 50].map { $0 + "\n" }.joined())
            }
            // The broker moves them when it next looks.
            var there: [String: Any] = [:]
            let end = ContinuousClock().now + .seconds(30)
            while ContinuousClock().now < end {
                let object = try #require(try leat.run(["log", "verify", "old", "--remote", remote, "--json"]).objects.first)
                there = object["remote"] as? [String: Any] ?? [:]
                if there["segments"] as? Int ?? 0 >= 10, object["segments"] as? Int ?? 0 <= 4 { break }
            }
            #expect(there["segments"] as? Int ?? 0 >= 10)
            #expect(there["records"] as? Int ?? 0 >= 500)
            #expect(try run(["consume", "old", "--from", "earliest"]).lines == expected)
            #expect(try leat.run(["tail", "old", "--offset", "earliest"]).lines.count < expected.count, "the rest is there alone")
            #expect(served.stop() == 0)
        }
        // The same at rest, and with the place from the environment left out: then it is said that something was not read.
        let whole = try leat.run(["log", "verify", "--remote", remote])
        #expect(whole.code == 0 && whole.output.contains("old-0 remote") && whole.output.contains("no damage"), "\(whole.output)\(whole.errors)")
        #expect(try leat.run(["log", "verify"]).output.contains("name it with --remote"))
        let batches = try leat.run(["log", "dump", "old", "--remote", remote, "--records", "--json"]).objects
        let values = batches.flatMap { $0["content"] as? [[String: Any]] ?? [] }.compactMap { $0["value"] as? String }
        #expect(values == expected)

        let objects = try FileManager.default.subpathsOfDirectory(atPath: remote).filter { $0.hasSuffix(".log") }.sorted()
        let path = remote + "/" + (try #require(objects.first))
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes[100] ^= 4
        try FileManager.default.removeItem(atPath: path)
        try bytes.write(to: URL(fileURLWithPath: path))
        let damaged = try leat.run(["log", "verify", "--remote", remote])
        #expect(damaged.code == 1 && damaged.output.contains((path as NSString).lastPathComponent), "\(damaged.output)")
        // A broker that is not told where they are says so instead of serving half a log.
        let refused = try leat.run(["serve", "--listen", "127.0.0.1:0"])
        #expect(refused.code == 1 && refused.errors.contains("--remote"), "\(refused.errors)")
    }
}
