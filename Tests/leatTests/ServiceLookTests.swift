import Console
import Foundation
import Testing

/// Stages that run as services are looked into from outside: their state, and what only their processes know.
@Suite(.serialized) struct ServiceLookTests {
    /// A stage's process with its endpoint.
    private final class Service {
        let process: Process
        let url: String

        init(_ line: SmallLine, _ stage: String, _ address: String, folder: String, _ more: [String] = []) throws {
            let errors = folder + "-\(stage).err"
            try Data().write(to: URL(fileURLWithPath: errors))
            process = try line.leat.start(
                ["stage", stage, "--brokers", address, "--data", folder, "--instance", stage + "-0", "--threads", "1", "--metrics", "127.0.0.1:0"] + line.options + more,
                errors: FileHandle(forWritingAtPath: errors) ?? .nullDevice)
            var text = ""
            let deadline = Date(timeIntervalSinceNow: 30)
            while !text.contains("health and metrics at http"), Date() < deadline {
                usleep(20_000)
                text = (try? String(contentsOfFile: errors, encoding: .utf8)) ?? ""
            }
            url = text.split(separator: "\n").first { $0.contains("health and metrics at ") }?.split(separator: " ").last.map(String.init) ?? ""
            try? FileManager.default.removeItem(atPath: errors)
            if url.isEmpty { throw ServedLogFailure(description: text) }
        }

        var status: StageStatus? {
            (try? HTTPQuestion.get(url + "/status")).flatMap { try? JSONDecoder().decode([StageStatus].self, from: Data($0.body.utf8)).first }
        }

        func stop() {
            if process.isRunning { process.terminate() }
            process.waitUntilExit()
        }

        deinit { stop() }
    }

    private func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
        let deadline = Date(timeIntervalSinceNow: 40)
        while Date() < deadline {
            if try condition() { return true }
            usleep(50_000)
        }
        return false
    }

    @Test func stateAndStatusAreTheSameFromTheProcessAndFromTheLog() throws {
        guard let line = try SmallLine(documents: 80, runs: false) else { return }
        defer { line.remove() }
        let folder = line.leat.folder + "-local"
        let served = try ServedLog(line.leat)
        let place = ["--brokers", served.address]
        let services = try ["filter", "sign", "dedup"].map { try Service(line, $0, served.address, folder: folder) }
        let dedup = services[2]
        #expect(eventually { services[1].status?.out ?? 0 > 60 && services[1].status?.out == dedup.status?.in && services[0].status?.out == services[1].status?.in })
        func run(_ arguments: [String], code: Int32 = 0) throws -> CommandLine.Outcome {
            let outcome = try line.leat.run(arguments, withData: false)
            #expect(outcome.code == code, "\(arguments): \(outcome.output) \(outcome.errors)")
            return outcome
        }
        let asked = [["--endpoint", dedup.url], place + line.options, place + ["--stage", "dedup"] + line.options]
        var lists: [[String]] = []
        for where_ in asked {
            let got = try run(["state", "get", "identifiers", "u64:40"] + where_)
            #expect(got.output == "dedup/0  id1039\n" && got.errors.contains("as of offset") && got.errors.contains("dedup-changelog-0"), "\(got)")
            let missing = try run(["state", "get", "identifiers", "u64:4000"] + where_, code: 1)
            #expect(missing.errors.contains("no task has the key") && missing.errors.contains("as of offset"))
            let scanned = try run(["state", "scan", "identifiers", "-n", "3", "--as", "hex", "--json"] + where_).objects
            #expect(scanned.count == 3)
            lists.append(
                try run(["state", "list", "--json"] + where_).objects.filter { $0["stage"] as? String == "dedup" }.map { "\($0["store"] ?? ""): \($0["entries"] ?? "") \($0["isEstimate"] ?? "")" })
            lists.append(scanned.map { "\($0["key"] ?? "") \($0["value"] ?? "")" })
        }
        #expect(lists[0].count == 2 && lists[0] == lists[2] && lists[2] == lists[4], "\(lists[0]) \(lists[2]) \(lists[4])")
        #expect(lists[1] == lists[3] && lists[3] == lists[5])
        // As a program asks it.
        let answer = try HTTPQuestion.get(dedup.url + "/state/identifiers/u64:40")
        #expect(answer.status == 200 && answer.body.contains(Data("id1039".utf8).base64EncodedString()) && answer.body.contains(#""role":"active""#))
        #expect(try HTTPQuestion.get(dedup.url + "/state/identifiers/u64:4000").status == 404)
        #expect(try HTTPQuestion.get(dedup.url + "/state/identifiers/u64:x").status == 400)
        #expect(try HTTPQuestion.get(services[0].url + "/state").status == 404)
        #expect(try run(["state", "get", "identifiers", "x", "--endpoint", services[0].url], code: 1).errors.contains("has no state"))
        #expect(try run(["state", "list", "--endpoint", dedup.url] + place, code: 64).errors.contains("exclude each other"))

        // What a cluster cannot tell is not shown, and the processes tell it.
        let alone = try run(["stages", "--json"] + place + line.options).objects.first { $0["stage"] as? String == "dedup" }
        #expect(alone?["in"] as? Int == dedup.status?.in && alone?["restarts"] is NSNull && alone?["stateBytes"] is NSNull && alone?["committedAt"] is NSNull)
        let both = try run(["stages", "--json", "--endpoint", dedup.url] + place + line.options).objects.first { $0["stage"] as? String == "dedup" }
        #expect(both?["restarts"] as? Int == 0 && both?["stateBytes"] as? Int ?? 0 > 0 && both?["committedAt"] is String && both?["processes"] as? Int == 1)
        let processes = try run(["stages", "--json", "--endpoint", dedup.url, "--endpoint", services[0].url]).objects
        #expect(processes.map { $0["stage"] as? String } == ["dedup", "filter"] && processes[0]["in"] as? Int == dedup.status?.in)
        #expect(try run(["stages", "--endpoint", dedup.url]).output.contains("RESTARTS"))
        services.forEach { $0.stop() }
        let gone = try run(["stages", "--endpoint", dedup.url], code: 1)
        #expect(gone.errors.contains("nobody answers there"))
        // The changelog is there without any process.
        #expect(try run(["state", "get", "identifiers", "u64:40", "--stage", "dedup"] + place + line.options).output == "dedup/0  id1039\n")
        #expect(served.stop() == 0)
    }

    @Test func aRestorationIsSeenWhileItGoesOnAndKeepsToItsRate() throws {
        guard let line = try SmallLine(documents: 400, runs: false) else { return }
        defer { line.remove() }
        let folder = line.leat.folder + "-local"
        let served = try ServedLog(line.leat)
        let services = try ["filter", "sign"].map { try Service(line, $0, served.address, folder: folder) }
        let first = try Service(line, "dedup", served.address, folder: folder)
        #expect(eventually { services[1].status?.out ?? 0 > 350 && services[1].status?.out == first.status?.in })
        let total = first.status?.in
        first.stop()
        // Another machine: the state is not there, and comes back slowly.
        try? FileManager.default.removeItem(atPath: folder + "/state/dedup-0")
        let second = try Service(line, "dedup", served.address, folder: folder, ["--restore-rate", "24K"])
        var seen: [StageStatus.Restoration] = []
        let wasSeen = eventually {
            guard let restoring = second.status?.restoring else { return !seen.isEmpty }
            if restoring.records > 0, seen.last != restoring { seen.append(restoring) }
            if seen.count == 2 {
                let ready = try? HTTPQuestion.get(second.url + "/readyz")
                if ready?.status == 503 { #expect(ready?.body.contains("entries") == true && ready?.body.contains("bytes left") == true, "\(ready?.body ?? "")") }
                let row = try? line.leat.run(["stages", "--json", "--endpoint", second.url], withData: false).objects.first
                if let left = row?["restoring"] as? [String: Any] { #expect(left["records"] as? Int ?? 0 > 0 && left["bytes"] as? Int ?? 0 > 0) }
            }
            return false
        }
        #expect(wasSeen)
        #expect(seen.count >= 2 && seen.map(\.records) == seen.map(\.records).sorted(by: >), "\(seen)")
        #expect(seen.contains { $0.secondsLeft ?? 0 > 0 })
        #expect(eventually { second.status?.in == total })
        #expect(second.status?.restoredRecords ?? 0 > 350 && second.status?.restoredBytes ?? 0 > 10_000)
        services.forEach { $0.stop() }
        second.stop()
    }

    @Test func aServedLogTellsItsFiguresUnderTheNamesThatDashboardsKnow() throws {
        guard let leat = CommandLine() else { return }
        defer { leat.remove() }
        #expect(try leat.run(["topics", "create", "notes", "--partitions", "2"]).code == 0)
        let served = try ServedLog(leat, ["--metrics", "127.0.0.1:0"])
        let url = try #require(served.metrics)
        let place = ["--brokers", served.address]
        #expect(try leat.run(["produce", "notes", "--partition", "1"] + place, input: "a\nb\nc\n", withData: false).code == 0)
        #expect(try leat.run(["consume", "notes", "--group", "readers", "-n", "2"] + place, withData: false).lines.count == 2)
        #expect(try leat.run(["consume", "nothing"] + place, withData: false).code == 1)
        #expect(try HTTPQuestion.get(url + "/healthz").status == 200)
        #expect(try HTTPQuestion.get(url + "/readyz").body == "ready\n")
        let text = try HTTPQuestion.get(url + "/metrics").body
        let lines = Set(text.split(separator: "\n").map(String.init))
        for line in [
            "kafka_brokers 1", #"kafka_topic_partitions{topic="notes"} 2"#, #"kafka_topic_partition_current_offset{partition="1",topic="notes"} 3"#,
            #"kafka_topic_partition_oldest_offset{partition="1",topic="notes"} 0"#, #"kafka_consumergroup_current_offset{consumergroup="readers",partition="1",topic="notes"} 2"#,
            #"kafka_consumergroup_lag{consumergroup="readers",partition="1",topic="notes"} 1"#, #"kafka_consumergroup_lag_sum{consumergroup="readers",topic="notes"} 1"#,
            #"kafka_consumergroup_members{consumergroup="readers"} 0"#, "# TYPE kafka_server_brokertopicmetrics_bytesin_total counter",
        ] { #expect(lines.contains(line), "\(line)") }
        func value(_ name: String) -> Double { lines.first { $0.hasPrefix(name + " ") }.flatMap { Double($0.split(separator: " ").last ?? "") } ?? -1 }
        #expect(value(#"kafka_network_requestmetrics_requests_total{request="Produce"}"#) >= 1)
        #expect(value(#"kafka_log_log_size{partition="1",topic="notes"}"#) > 50 && value("kafka_server_brokertopicmetrics_bytesin_total") > 100)
        #expect(value("kafka_server_brokertopicmetrics_bytesout_total") > 100 && value("kafka_server_socketservermetrics_connection_count") >= 0)
        let described = text.split(separator: "\n").filter { $0.hasPrefix("# TYPE") }
        #expect(Set(described).count == described.count)
        // An answer with an error in it is counted by its code: 3, there is no such topic.
        let wrong = try leat.run(["produce", "nothing"] + place, input: "a\n", withData: false)
        #expect(wrong.code == 1)
        #expect(served.stop() == 0)
        // A folder has no broker whose settings could be asked for, and says where they are.
        let refused = try leat.run(["configs", "describe", "--broker", "1"])
        #expect(refused.code == 1 && refused.errors.contains("--brokers") && refused.errors.contains("leat serve --data"))
    }

    @Test func aTailIsTheSameOnAFolderAndOverTheNetwork() throws {
        guard let line = try SmallLine(documents: 60) else { return }
        defer { line.remove() }
        let served = try ServedLog(line.leat)
        let questions = [
            ["docs.filtered"], ["docs.filtered", "-n", "25"], ["docs.rejected", "--offset", "earliest", "--json"], ["docs.filtered", "--partition", "2", "--offset", "3", "-n", "4", "--headers"],
            ["docs.filtered", "-n", "3", "--grep", "id1031"], ["dedup.signatures", "--offset", "-2"], ["docs.extracted", "--marks", "-n", "9"], ["docs.filtered", "--offset", "@30000", "--json"],
        ]
        for question in questions {
            let here = try line.leat.run(["tail"] + question)
            let there = try line.leat.run(["tail"] + question + ["--brokers", served.address], withData: false)
            #expect(here.code == 0 && there.code == 0 && !here.output.isEmpty, "\(question): \(here.errors) \(there.errors)")
            #expect(there.lines.sorted() == here.lines.sorted(), "\(question)")
        }
        #expect(try line.leat.run(["tail", "nothing", "--brokers", served.address], withData: false).errors.contains("leat topics list"))
        #expect(try line.leat.run(["tail", "docs.filtered", "--partition", "9", "--brokers", served.address], withData: false).code == 1)
        #expect(served.stop() == 0)
    }
}
