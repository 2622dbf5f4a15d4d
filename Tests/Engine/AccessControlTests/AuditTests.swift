@testable import AccessControl
import SystemIO
import Synchronization
import Testing

@Suite("The audit log")
struct AuditTests {
    /// Collects lines.
    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        func add(_ line: [UInt8]) { lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) } }
        var all: [String] { lines.withLock { $0 } }
    }

    private func denied(_ name: String) -> AuditEvent {
        .denied(Principal(user: "eve"), address: "10.0.0.9", operation: .write, resourceType: .topic, resourceName: name, request: "Produce")
    }

    @Test("One line of JSON for each kind of event")
    func lines() {
        let lines = Lines()
        let audit = AuditLog { lines.add($0) }
        let now: Int64 = 1_769_903_999_123
        audit.record(.authenticated(Principal(user: "al\"ice\n"), mechanism: "PLAIN", address: "h"), now: now)
        audit.record(.failed(SaslFailure(reason: .wrongCredentials(isUserKnown: false), user: "eve", mechanism: .scramSHA256), address: "h"), now: now)
        audit.record(denied("t"), now: now)
        audit.record(.changed(Principal(user: "root"), address: "h", action: "create rule", detail: "x"), now: now)
        #expect(
            lines.all == [
                #"{"time":"2026-01-31T23:59:59.123Z","event":"authenticated","principal":"User:al\"ice\u000a","mechanism":"PLAIN","address":"h"}"# + "\n",
                #"{"time":"2026-01-31T23:59:59.123Z","event":"authentication failed","user":"eve","mechanism":"SCRAM-SHA-256","address":"h","reason":"unknown user"}"# + "\n",
                #"{"time":"2026-01-31T23:59:59.123Z","event":"denied","principal":"User:eve","address":"10.0.0.9","operation":"WRITE","resource_type":"TOPIC","resource":"t","request":"Produce"}"# + "\n",
                #"{"time":"2026-01-31T23:59:59.123Z","event":"changed","principal":"User:root","address":"h","action":"create rule","detail":"x"}"# + "\n",
            ])
    }

    @Test("Nobody forges a line, and long names are cut")
    func hostile() {
        let line = AuditLog.line([("resource", "a\u{2028}\u{202e}\r\n\u{0}" + String(repeating: "é", count: 5_000))], 0)
        #expect(line.count < 1_200)
        #expect(line.filter { $0 == 10 }.count == 1)
        #expect(String(validating: line, as: UTF8.self)?.contains(#"a\u2028\u202e\u000d\u000a\u0000"#) == true)
    }

    @Test("Of refusals that are alike one a minute is written, with the number left out")
    func repetition() {
        let lines = Lines()
        let audit = AuditLog { lines.add($0) }
        for time in 0..<1_000 { audit.record(denied("t"), now: Int64(time)) }
        #expect(lines.all.count == 1)
        audit.record(denied("other"), now: 5)
        #expect(lines.all.count == 2)
        audit.record(denied("t"), now: 61_000)
        #expect(lines.all.count == 3)
        #expect(lines.all[2].contains(#""repeated":999"#))
        audit.record(denied("t"), now: 61_001)
        audit.writeLeftOut(now: 61_002)
        #expect(lines.all.count == 3)
        audit.close(now: 61_003)
        #expect(lines.all.count == 4)
        #expect(lines.all[3].contains(#""repeated":1}"#))
        // Successes and changes are all written.
        for _ in 0..<500 { audit.record(.authenticated(Principal(user: "a"), mechanism: "PLAIN", address: "h"), now: 61_004) }
        #expect(lines.all.count == 504)
    }

    @Test("A flood of different refusals is bounded in lines and in memory")
    func flood() {
        let lines = Lines()
        let audit = AuditLog(linesPerSecond: 10) { lines.add($0) }
        for number in 0..<5_000 { audit.record(denied("t\(number)"), now: 500) }
        #expect(lines.all.count == 10)
        audit.record(denied("late"), now: 1_500)
        #expect(lines.all.count == 12)
        #expect(lines.all[10].contains(#""repeated":4990"#))
        for number in 0..<20_000 { audit.record(denied("u\(number)"), now: 2_000 + Int64(number) * 100) }
        #expect(audit.remembered <= AuditLog.rememberedRefusals)
    }

    @Test("The file turns over at its size and keeps so many old ones")
    func rotation() throws {
        let files = SimulatedFileSystem()
        try files.makeFolder("/data")
        let file = try AuditFile(folder: "/data", maximumBytes: 4_096, kept: 2, files: files)
        let line = [UInt8](repeating: 0x61, count: 999) + [10]
        for _ in 0..<30 { file.append(line) }
        #expect(file.failure == nil)
        #expect(try files.list("/data") == ["audit.log", "audit.log.1", "audit.log.2"])
        #expect(try files.readFile("/data/audit.log.1", limit: 10_000).count == 4_000)
        let again = try AuditFile(folder: "/data", maximumBytes: 4_096, kept: 2, files: files)
        let before = try files.readFile("/data/audit.log", limit: 10_000).count
        again.append(line)
        #expect(try files.readFile("/data/audit.log", limit: 10_000).count == (before + 1_000 > 4_096 ? 1_000 : before + 1_000))
    }

    @Test("A full disk loses lines, says so, and goes on when there is room")
    func full() throws {
        let files = SimulatedFileSystem(capacity: 2_500)
        try files.makeFolder("/data")
        let file = try AuditFile(folder: "/data", files: files)
        let line = [UInt8](repeating: 0x61, count: 999) + [10]
        for _ in 0..<5 { file.append(line) }
        #expect(file.failure?.lines == 3)
        files.setCapacity(100_000)
        file.append([UInt8](repeating: 0x62, count: 999) + [10])
        #expect(file.failure?.lines == 3)
        let bytes = try files.readFile("/data/audit.log", limit: 10_000)
        #expect(bytes.count == 3_000)
        #expect(bytes.filter { $0 == 10 }.count == 3)
    }
}
