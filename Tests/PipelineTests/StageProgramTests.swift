import Broker
import Coordination
import Foundation
import LogClient
import Records
import Streams
import Testing

@testable import Pipeline

/// A stage of a user's own: what the README shows, compiled and run.
@Suite struct StageProgramTests {
    @Test func theReadmeShowsTheStageThatIsTestedHere() throws {
        let here = URL(fileURLWithPath: #filePath)
        let code = try String(contentsOf: here.deletingLastPathComponent().appendingPathComponent("ReadmeStage.swift"), encoding: .utf8)
        let readme = here.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("README.md")
        #expect(try String(contentsOf: readme, encoding: .utf8).contains(code))
        #expect(code.split(separator: "\n", omittingEmptySubsequences: false).count <= 30)
    }

    @Test func theTestDriverRunsItWithoutALog() throws {
        let driver = try TopologyTestDriver(stages: [ShoutProgram.stage])
        for text in ["hello", "no", "world"] { try driver.pipe(Record(offset: -1, timestamp: 0, key: nil, value: Array(text.utf8)), to: "lines") }
        try driver.run()
        #expect(try driver.output("shouted").map { String(decoding: $0.value ?? [], as: UTF8.self) } == ["HELLO", "WORLD"])
        #expect(driver.ledger(of: "shout").rules == ["too_short": 1])
    }

    @Test func itRunsOverADataFolderAndGoesOnWhereItWas() throws {
        let folder = NSTemporaryDirectory() + "leat-program-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (round, texts) in [["hello", "no"], ["world"]].enumerated() {
            let broker = try Broker(folder: folder)
            if round == 0 { try broker.declareTopic(.init(name: "lines", partitions: 1)) }
            let transaction = try EmbeddedEngine(broker: broker).beginTransaction(id: "fill")
            let builder = RecordBatchBuilder()
            for text in texts { try builder.append(key: nil as [UInt8]?, value: Array(text.utf8), timestamp: 1) }
            try transaction.append(builder, to: TopicPartition("lines", 0))
            try transaction.commit([])
            try broker.close()
            try StageProgram(ShoutProgram.stage).main(["--data", folder, "--threads", "1"])
        }
        let broker = try Broker(folder: folder)
        defer { try? broker.close() }
        var values: [String] = []
        try EmbeddedEngine(broker: broker).forEachRecord(in: TopicPartition("shouted", 0), from: 0) { record in
            if let value = record.value { values.append(String(decoding: value, as: UTF8.self)) }
            return true
        }
        #expect(values == ["HELLO", "WORLD"])
    }

    @Test(arguments: [[], ["--data"], ["--data", "a", "--stdio"], ["--loud"], ["--stdio", "--threads", "none"]])
    func aCommandLineThatMakesNoSenseIsAnError(_ arguments: [String]) {
        #expect(throws: PipelineError.self) { try StageProgram(ShoutProgram.stage).main(arguments) }
    }

    @Test func optionsAreRead() throws {
        let options = try ProgramOptions(["--brokers", "a:1,b:2", "-X", "security.protocol=SSL", "--instance", "x", "--partitions", "3"])
        #expect(options.place == .cluster("a:1,b:2") && options.clientSettings == ["security.protocol=SSL"])
        #expect(options.instance == "x" && options.partitions == 3)
    }
}
