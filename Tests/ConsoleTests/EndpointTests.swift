import Console
import Foundation
import Streams
import Testing

/// Health and metrics over HTTP.
@Suite struct EndpointTests {
    private func get(_ address: String, _ path: String, method: String = "GET") throws -> (status: Int, body: String) {
        let colon = try #require(address.lastIndex(of: ":"))
        let port = try #require(UInt16(address[address.index(after: colon)...]))
        let reply = try Socket(port: port).exchange("\(method) \(path) HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
        let parts = reply.components(separatedBy: "\r\n\r\n")
        let status = try #require(Int(reply.split(separator: " ").dropFirst().first ?? ""))
        return (status, parts.dropFirst().joined(separator: "\r\n\r\n"))
    }

    private var snapshot: RuntimeSnapshot {
        var snapshot = RuntimeSnapshot()
        var stage = RuntimeSnapshot.StageState(name: "filter")
        stage.ledger = Ledger(text: "in=12;out=9;rejected=2;dead=1;rule:too_short=2")
        stage.tasks = [0, 3]
        stage.positions = [.init(topic: "docs.extracted", partition: 3, offset: 40, lagRecords: 7)]
        snapshot.stages = [stage]
        snapshot.commits = 5
        return snapshot
    }

    @Test func aStageIsReadyWhenItsStateIsRestored() throws {
        let stage = StageEndpoint(groups: ["filter": "leat-filter"], build: "leat-test")
        let endpoint = try HTTPEndpoint(listen: "127.0.0.1:0") { stage.answer($0) }
        defer { endpoint.close() }
        #expect(try get(endpoint.address, "/healthz").status == 200)
        #expect(try get(endpoint.address, "/readyz").status == 503)
        var restoring = snapshot
        restoring.stages[0].restoringTasks = 1
        restoring.stages[0].restoringRecords = 1_200
        restoring.stages[0].restoringBytes = 90_000
        restoring.restorationTimeLeft = .milliseconds(12_400)
        stage.update(restoring)
        let waiting = try get(endpoint.address, "/readyz")
        #expect(waiting.status == 503 && waiting.body == "restoring 1 task: 1200 entries, 90000 bytes left, about 13 s\n")
        let metrics = Set(try get(endpoint.address, "/metrics").body.split(separator: "\n").map(String.init))
        #expect(metrics.isSuperset(of: [
            #"leat_stage_restoring_records{stage="filter"} 1200"#, #"leat_stage_restoring_bytes{stage="filter"} 90000"#, "leat_restore_seconds_left 12.4",
        ]))
        stage.update(snapshot)
        #expect(try get(endpoint.address, "/readyz").status == 200)
        #expect(try get(endpoint.address, "/nothing").status == 404)
        #expect(try get(endpoint.address, "/healthz", method: "POST").status == 405)
        #expect(try get(endpoint.address, "/healthz", method: "HEAD").body == "")
    }

    @Test func theStatusIsReadBackByTheQuestion() throws {
        let stage = StageEndpoint(groups: ["filter": "leat-filter"], build: "leat-test")
        var failing = snapshot
        failing.restarts = 2
        failing.lastFailure = "the \"log\" is away"
        stage.update(failing)
        let endpoint = try HTTPEndpoint(listen: "127.0.0.1:0") { stage.answer($0) }
        defer { endpoint.close() }
        let answer = try HTTPQuestion.get("http://\(endpoint.address)/status")
        #expect(answer.status == 200 && answer.contentType == "application/json")
        let statuses = try JSONDecoder().decode([StageStatus].self, from: Data(answer.body.utf8))
        #expect(statuses == stage.statuses)
        let status = try #require(statuses.first)
        #expect(status.tasks == [0, 3] && status.in == 12 && status.restarts == 2 && status.lastFailure == failing.lastFailure && status.lastCommitAt != nil)
        #expect(status.group == "leat-filter" && status.restoring == nil && status.rules == ["too_short": 2])
    }

    @Test func whatTakesTimeDoesNotKeepHealthWaiting() throws {
        let gate = DispatchSemaphore(value: 0)
        let endpoint = try HTTPEndpoint(
            listen: "127.0.0.1:0",
            look: { question in
                guard question.path == "/state/a%20b" else { return nil }
                gate.wait()
                return HTTPAnswer("\(HTTPQuery.decoded(question.path)) \(question.query["partition"] ?? "") \(question.isLocal)")
            }, answer: { $0 == "/healthz" ? HTTPAnswer("ok\n") : nil })
        defer { endpoint.close() }
        let address = endpoint.address
        let slow = DispatchQueue(label: "slow")
        let answers = DispatchGroup()
        nonisolated(unsafe) var body = ""
        slow.async(group: answers) { body = (try? HTTPQuestion.get("http://\(address)/state/a%20b?partition=%33").body) ?? "" }
        #expect(try get(address, "/healthz").body == "ok\n")
        gate.signal()
        answers.wait()
        #expect(body == "/state/a b 3 true")
        #expect(try get(address, "/other").status == 404)
    }

    @Test func queriesAreDecoded() {
        #expect(HTTPQuery.fields("/a?x=1&y=%C3%A9%2F&x=2&z") == ["x": "2", "y": "é/", "z": ""] && HTTPQuery.fields("/a") == [:])
        #expect(HTTPQuery.decoded("100%+%zz%4") == "100%+%zz%4")
        let odd = "a/b c?d&é%"
        #expect(HTTPQuery.decoded(HTTPQuery.encoded(odd)) == odd && !HTTPQuery.encoded(odd).contains("/"))
    }

    @Test func anAddressOfTheNewerKindStandsInBrackets() throws {
        guard let endpoint = try? HTTPEndpoint(listen: "[::1]:0", answer: { _ in HTTPAnswer("here\n") }) else {
            print("skipped: this machine has no ::1")
            return
        }
        defer { endpoint.close() }
        #expect(endpoint.address.hasPrefix("[::1]:"))
        #expect(try HTTPQuestion.get("http://\(endpoint.address)/").body == "here\n")
    }

    @Test(arguments: ["https://a:1/", "http://a/", "a:9", "http://:9/"]) func aWrongUrlIsAnError(_ url: String) {
        #expect(throws: EndpointError.self) { try HTTPQuestion.get(url) }
    }

    @Test func nobodyThereIsSaid() throws {
        let endpoint = try HTTPEndpoint(listen: "127.0.0.1:0") { _ in nil }
        let address = endpoint.address
        endpoint.close()
        #expect(throws: EndpointError.self) { try HTTPQuestion.get("http://\(address)/") }
    }

    @Test func aStageThatGivesNoSignIsNotHealthy() throws {
        let stage = StageEndpoint(groups: [:], build: "leat-test", patience: .zero)
        stage.update(snapshot)
        #expect(stage.answer("/healthz")?.status == 503)
    }

    @Test func metricsHaveTheNamesThatExistingDashboardsKnow() throws {
        let stage = StageEndpoint(groups: ["filter": "leat-filter"], build: "leat-test")
        stage.update(snapshot)
        let text = try #require(stage.answer("/metrics")).body
        let lines = Set(text.split(separator: "\n").map(String.init))
        for line in [
            #"kafka_consumergroup_lag{consumergroup="leat-filter",partition="3",topic="docs.extracted"} 7"#,
            #"kafka_consumergroup_current_offset{consumergroup="leat-filter",partition="3",topic="docs.extracted"} 40"#,
            #"leat_stage_records{stage="filter",outcome="rejected"} 2"#, #"leat_stage_rejections{stage="filter",rule="too_short"} 2"#,
            #"leat_stage_tasks{stage="filter"} 2"#, "leat_commits_total 5", "# TYPE leat_commits_total counter",
        ] { #expect(lines.contains(line), "\(line)") }
        // Each metric is described once, and its values stand together.
        let described = text.split(separator: "\n").filter { $0.hasPrefix("# TYPE") }
        #expect(Set(described).count == described.count)
    }

    @Test func labelsAreEscaped() {
        var text = MetricsText()
        text.add("m", .gauge, "A metric.", [("l", "a\"b\\c\nd")], 0.5)
        #expect(text.text.hasSuffix("m{l=\"a\\\"b\\\\c\\nd\"} 0.5\n"))
    }

    @Test(arguments: ["127.0.0.1", "127.0.0.1:x", "127.0.0.1:70000", ""]) func aWrongAddressIsAnError(_ address: String) {
        #expect(throws: EndpointError.self) { try HTTPEndpoint(listen: address) { _ in nil } }
    }
}

/// One plain connection to a loopback port.
private struct Socket {
    private let descriptor: Int32

    init(port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard connected == 0 else { throw POSIXError(.ECONNREFUSED) }
    }

    /// Sends, and reads until the other side closes.
    func exchange(_ text: String) throws -> String {
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        guard send(descriptor, bytes, bytes.count, 0) == bytes.count else { throw POSIXError(.EIO) }
        var reply: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            reply += buffer[..<count]
        }
        return String(decoding: reply, as: UTF8.self)
    }
}
