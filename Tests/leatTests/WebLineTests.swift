import Console
import Coordination
import Foundation
import LogClient
import Records
import Testing

/// The web pipeline as services, the same program over librdkafka's mock cluster and over `leat serve`: the same records in every topic, the same
/// ledgers, the same files.
@Suite(.serialized) struct WebLineTests {
    private static let stages = ["ingest", "extract", "filter", "sign", "dedup", "unique", "tokenize", "shards", "lake"]
    private static let checkout = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Names and partitions of the declared topics.
    private static func declared() throws -> [String: Int32] {
        var topics: [String: Int32] = [:]
        let folder = checkout.appendingPathComponent("topics").path
        for file in try FileManager.default.contentsOfDirectory(atPath: folder) where file.hasSuffix(".yaml") {
            let line = try String(contentsOfFile: folder + "/" + file, encoding: .utf8).split(separator: "\n").first { $0.contains("partitions:") }
            topics[String(file.dropLast(5))] = line.flatMap { Int32($0.split(separator: ":")[1].trimmingCharacters(in: .whitespaces)) } ?? 1
        }
        return topics
    }

    /// Eighteen pages: three too short, two the same but for their addresses, one empty, which is refused at once.
    private static func pages(_ folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let subjects = ["mill", "river", "harbour", "orchard", "lighthouse", "quarry", "library", "bridge", "market", "garden", "forge", "vineyard"]
        let sentences = [
            "The old SUBJECT stands at the edge of the town, where the road turns towards the hills and the last houses end.",
            "Nobody remembers when the SUBJECT was built, but letters from the time of the great flood speak of it with some pride.",
            "In the spring, visitors come from far away to see how the SUBJECT is kept, and they ask the same questions every year.",
            "Most of the work has to be done by hand, because the machines that would help are too heavy for the narrow path.",
            "A family of five has looked after the SUBJECT for three generations, and the youngest of them is learning the trade.",
            "When the weather allows it, they open the doors early and let the light fall on the tools along the northern wall.",
            "It is said that whoever finds the mark of the first master on a stone of the SUBJECT may keep it for a day.",
            "Last summer the council voted to repair the roof of the SUBJECT, which had suffered under two winters with much snow.",
        ]
        for number in 0..<18 {
            let subject = subjects[(number == 17 ? 16 : number) % subjects.count]
            let count = number % 7 == 6 ? 1 : 6 + (number == 17 ? 16 : number) % 3
            let text = (0..<count).map { "<p>" + sentences[($0 + (number == 17 ? 16 : number)) % sentences.count].replacingOccurrences(of: "SUBJECT", with: subject) + "</p>" }
            let page = number == 11 ? "" : "<html><head><title>The \(subject)</title></head><body><article><h1>The \(subject)</h1>\(text.joined(separator: "\n"))</article></body></html>"
            let path = folder + "/page-\(number).html"
            try Data(page.utf8).write(to: URL(fileURLWithPath: path))
            try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 1_700_000_000)], ofItemAtPath: path)
        }
    }

    private struct Outcome {
        /// Keys, orders and values by topic and partition; refusals sorted, since several stages write them.
        var records: [String: [[String]]] = [:]
        var ledgers: [String: [Int]] = [:]
        var rules: [String: [String: Int]] = [:]
        var files: [String: Data] = [:]
    }

    /// One process for each stage, until every stage has handled what the one before it has made.
    private func run(_ leat: CommandLine, on address: String, pages: String, data: String, topics: [String: Int32]) throws -> Outcome {
        let options = ["--brokers", address, "-X", "session.timeout.ms=6000", "-X", "heartbeat.interval.ms=300"]
        var processes: [(stage: String, process: Process, errors: String)] = []
        defer { for (_, process, _) in processes where process.isRunning { process.terminate() } }
        for stage in Self.stages {
            let errors = data + "-\(stage).err"
            try Data().write(to: URL(fileURLWithPath: errors))
            let process = try leat.start(
                ["stage", stage, "--data", data, "--instance", "\(stage)-0", "--threads", "1", "--metrics", "127.0.0.1:0"] + options,
                errors: FileHandle(forWritingAtPath: errors) ?? .nullDevice)
            processes.append((stage, process, errors))
        }
        func said(_ errors: String) -> String { (try? String(contentsOfFile: errors, encoding: .utf8)) ?? "" }
        let listed = try leat.run(["ingest", pages, "--page-base", "https://town.example/", "--brokers", address], withData: false)
        #expect(listed.code == 0, "\(listed.errors)")
        var statuses: [String: StageStatus] = [:]
        func look() -> Bool {
            for (stage, _, errors) in processes {
                guard let line = said(errors).split(separator: "\n").first(where: { $0.contains("health and metrics at ") }),
                    let url = line.split(separator: " ").last, let answer = try? HTTPQuestion.get(url + "/status"),
                    let status = (try? JSONDecoder().decode([StageStatus].self, from: Data(answer.body.utf8)))?.first
                else { return false }
                statuses[stage] = status
            }
            func count(_ stage: String, _ value: KeyPath<StageStatus, Int>) -> Int { statuses[stage]?[keyPath: value] ?? -1 }
            let chain = [("ingest", "extract"), ("extract", "filter"), ("filter", "sign"), ("sign", "dedup"), ("filter", "unique"), ("unique", "tokenize")]
            return count("ingest", \.in) == 18 && chain.allSatisfy { count($0, \.out) == count($1, \.in) }
                && count("tokenize", \.out) == count("shards", \.in) && count("tokenize", \.out) == count("lake", \.in)
        }
        let deadline = Date(timeIntervalSinceNow: 90)
        var quiet = 0
        while Date() < deadline, quiet < 3 {
            quiet = look() ? quiet + 1 : 0
            usleep(200_000)
        }
        #expect(quiet == 3, "on \(address): \(statuses.mapValues { [$0.in, $0.out, $0.rejected, $0.dead] }) \(processes.map { said($0.errors) })")
        var outcome = Outcome()
        for (_, process, _) in processes { process.terminate() }
        for (stage, process, errors) in processes {
            process.waitUntilExit()
            #expect(process.terminationStatus == 0, "\(stage): \(said(errors))")
            try? FileManager.default.removeItem(atPath: errors)
        }
        for (stage, status) in statuses {
            outcome.ledgers[stage] = [status.in, status.out, status.rejected, status.dead]
            outcome.rules[stage] = status.rules
            #expect(status.in == status.out + status.rejected + status.dead && status.restarts == 0, "\(stage): \(status)")
        }
        let engine = try ClusterEngine(ClusterConfiguration(brokers: address), compression: { _ in .none })
        for (topic, count) in topics where !topic.hasSuffix("changelog") && topic != "leat.operations" {
            // Declared for stages that this recipe has not: not made by them, and empty where it is made for them.
            guard (try? engine.partitionCount(of: topic)) != nil else { continue }
            outcome.records[topic] = try (0..<count).map { number in
                var records: [String] = []
                try engine.forEachRecord(in: TopicPartition(topic, number), from: 0) { record in
                    let copy = record.copy()
                    let order = copy.headers.last { $0.key == "leat-order" }?.value ?? []
                    // What marks progress comes as often as there were commits.
                    if let value = copy.value { records.append([copy.key ?? [], order, value].map { Data($0).base64EncodedString() }.joined(separator: " ")) }
                    return true
                }
                return topic == "docs.rejected" ? records.sorted() : records
            }
        }
        for folder in ["lake", "shards"] { outcome.files.merge(SmallLine.files(data + "/" + folder).map { (folder + "/" + $0.key, $0.value) }) { $1 } }
        return outcome
    }

    @Test func theMockClusterAndTheServedLogEndInTheSameRecordsLedgersAndFiles() throws {
        guard let leat = CommandLine() else { return }
        guard FileManager.default.fileExists(atPath: Self.checkout.appendingPathComponent(".local/models/lid.176.ftz").path) else {
            print("skipped: the models are not there; ops/setup installs them")
            return
        }
        let names = ["-pages", "-mock", "-served"].map { leat.folder + $0 }
        defer {
            leat.remove()
            for name in names { try? FileManager.default.removeItem(atPath: name) }
        }
        try Self.pages(names[0])
        let topics = try Self.declared()
        let mock = try MockCluster(topics: topics)
        let onMock = try run(leat, on: mock.address, pages: names[0], data: names[1], topics: topics)
        try FileManager.default.createDirectory(atPath: leat.folder, withIntermediateDirectories: true)
        let served = try ServedLog(leat)
        let onServer = try run(leat, on: served.address, pages: names[0], data: names[2], topics: topics)
        #expect(served.stop() == 0)
        #expect(onServer.ledgers == onMock.ledgers && onServer.rules == onMock.rules)
        for topic in topics.keys.sorted() {
            if let records = onServer.records[topic] {
                #expect(records == onMock.records[topic], "\(topic)")
            } else {
                #expect(onMock.records[topic]?.joined().isEmpty ?? true, "\(topic)")
            }
        }
        #expect(onServer.files.keys.sorted() == onMock.files.keys.sorted())
        for (name, bytes) in onServer.files { #expect(onMock.files[name] == bytes, "\(name)") }
        // Something of every kind was there to compare.
        #expect(onServer.records["web.pages"]?.joined().count == 17 && onServer.records["docs.tokenized"]?.joined().count ?? 0 > 5)
        #expect(onServer.records["docs.rejected"]?.joined().isEmpty == false && onServer.files.keys.contains { $0.hasSuffix(".parquet") })
        print("compared \(onServer.records.values.joined().joined().count) records of \(onServer.records.count) topics and \(onServer.files.count) files; ledgers \(onServer.ledgers)")
    }
}
