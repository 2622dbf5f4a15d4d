import Console
import Foundation
import LogClient
import Testing

/// The newer protocol of consumer groups (KIP-848), which librdkafka has from 2.4 on.
@Suite(.serialized) struct GroupProtocolTests {
    @Test func anOlderLibrarySaysWhichOneIsNeededAndClassicIsWhatItDoes() throws {
        guard let leat = CommandLine() else { return }
        defer { leat.remove() }
        let version = ClusterConfiguration.libraryVersion.split(separator: ".").compactMap { Int($0.prefix { $0.isNumber }) }
        guard version.count > 1, (version[0], version[1]) < (2, 4) else { return print("skipped: librdkafka \(ClusterConfiguration.libraryVersion) has the protocol") }
        let refused = try leat.run(["stage", "filter", "--brokers", "127.0.0.1:1", "-X", "group.protocol=consumer"])
        #expect(refused.code == 1 && refused.errors.contains("KIP-848 needs librdkafka 2.4 or newer, and this is \(ClusterConfiguration.libraryVersion)"), "\(refused.errors)")
        let classic = try leat.run(["topics", "list", "--brokers", "127.0.0.1:1", "-X", "group.protocol=classic", "--timeout", "2"], withData: false)
        #expect(classic.code == 1 && !classic.errors.contains("KIP-848"), "\(classic.errors)")
    }

    /// LEAT_NEWER_RDKAFKA names a folder with a newer librdkafka.so.1, such as the one that the Python package confluent-kafka has in it.
    @Test func membersShareTheWorkAndTakeOverWithANewerLibrary() throws {
        guard let libraries = ProcessInfo.processInfo.environment["LEAT_NEWER_RDKAFKA"], !libraries.isEmpty else {
            return print("skipped: LEAT_NEWER_RDKAFKA names no folder with a newer librdkafka.so.1")
        }
        guard let line = try SmallLine(documents: 400, runs: false) else { return }
        defer { line.remove() }
        let served = try ServedLog(line.leat, ["--metrics", "127.0.0.1:0", "--set", "group.consumer.session.timeout.ms=6000"])
        let metrics = try #require(served.metrics) + "/metrics"
        func start(_ stage: String, _ name: String) throws -> Process {
            try line.leat.start(
                ["stage", stage, "--brokers", served.address, "--data", line.leat.folder + "-local", "--instance", name, "--threads", "1", "-X", "group.protocol=consumer"] + line.options,
                libraries: libraries)
        }
        func members(_ group: String) throws -> Int {
            let row = try HTTPQuestion.get(metrics).body.split(separator: "\n").first { $0.hasPrefix("kafka_consumergroup_members{consumergroup=\"\(group)\"}") }
            return row.flatMap { Int($0.split(separator: " ").last ?? "") } ?? 0
        }
        func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
            let deadline = Date(timeIntervalSinceNow: 60)
            while Date() < deadline {
                if try condition() { return true }
                usleep(100_000)
            }
            return false
        }
        var processes = [try start("filter", "filter-0"), try start("filter", "filter-1")]
        defer { for process in processes where process.isRunning { process.terminate() } }
        #expect(try eventually { try members("leat-filter") == 2 })
        // One is killed at work; its share goes to the other.
        kill(processes[0].processIdentifier, SIGKILL)
        processes += [try start("sign", "sign-0"), try start("dedup", "dedup-0"), try start("unique", "unique-0")]
        func ledger(_ stage: String) throws -> [String: Any]? {
            try line.leat.run(["stages", "--json", "--brokers", served.address] + line.options, withData: false).objects.first { $0["stage"] as? String == stage }
        }
        #expect(try eventually { try ledger("filter")?["in"] as? Int == 400 && ledger("unique")?["in"] as? Int == ledger("filter")?["out"] as? Int })
        #expect(try eventually { try members("leat-filter") == 1 })
        let described = try line.leat.run(["groups", "describe", "leat-filter", "--brokers", served.address, "--json"], withData: false)
        #expect(described.code == 0 && described.output.contains("docs.extracted"), "\(described.errors)")
        for process in processes.dropFirst() {
            process.terminate()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
        }
        let requests = try HTTPQuestion.get(metrics).body
        #expect(requests.contains("requests_total{request=\"ConsumerGroupHeartbeat\"}") && !requests.contains("requests_total{request=\"JoinGroup\"}"))
        #expect(served.stop() == 0)
        // What was made is what one process makes of it.
        let made = try ["docs.filtered", "dedup.verdicts", "docs.unique"].map { try line.contents($0) }
        let calm = try line.leat.run(["replay", "filter..unique", "--from", "beginning", "--into", "calm"] + line.options)
        #expect(calm.code == 0, "\(calm.errors)")
        #expect(try ["docs.filtered", "dedup.verdicts", "docs.unique"].map { try line.contents($0 == "docs.unique" ? "calm" : "calm." + $0) } == made)
    }
}
