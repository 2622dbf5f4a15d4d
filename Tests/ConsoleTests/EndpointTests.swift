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
        stage.update(restoring)
        let waiting = try get(endpoint.address, "/readyz")
        #expect(waiting.status == 503 && waiting.body == "restoring 1 tasks\n")
        stage.update(snapshot)
        #expect(try get(endpoint.address, "/readyz").status == 200)
        #expect(try get(endpoint.address, "/nothing").status == 404)
        #expect(try get(endpoint.address, "/healthz", method: "POST").status == 405)
        #expect(try get(endpoint.address, "/healthz", method: "HEAD").body == "")
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
