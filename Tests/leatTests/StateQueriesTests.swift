import Console
import Foundation
import StateStore
import Testing

@testable import leat

/// What a stage's endpoint answers about its state, to whom.
@Suite struct StateQueriesTests {
    private func with(_ body: (String) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "leat-queries-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for number in 0..<3 {
            let state = try StateStore(folder: "\(folder)/count/\(number)")
            let store = try state.store(named: "seen")
            for entry in 0..<50 { try store.put(Array("key/\(entry)".utf8), Array("\(number):\(entry)".utf8)) }
            try store.put([0xFF], [UInt8](repeating: 7, count: 3 << 20))
            state.takeChanges { _, _, _ in }
            try state.commit(changelogOffset: 100 + Int64(number))
        }
        try body(folder)
    }

    private func page(_ answer: HTTPAnswer?) throws -> StatePage {
        let body = try #require(answer).body
        let pages = try JSONDecoder().decode([StatePage].self, from: Data(body.utf8))
        return try #require(pages.first)
    }

    @Test func keysAreFoundInTheTasksThatAreHereWithTheOffsetUpToWhichItIsTrue() throws {
        try with { folder in
            let queries = StateQueries(stages: [("count", "count-changelog")], stateFolder: folder, isOpen: false) { _ in ([0, 2], false) }
            let found = try page(queries.answer(HTTPLook(path: "/state/seen/key%2F7")))
            #expect(found.tasks.map(\.partition) == [0, 2] && found.tasks.map(\.changelogOffset) == [100, 102] && found.tasks.allSatisfy { $0.role == "active" })
            #expect(found.tasks.map { $0.entries?.first?.value } == [Data("0:7".utf8), Data("2:7".utf8)])
            let one = try page(queries.answer(HTTPLook(path: "/state/seen/key%2F7", query: ["partition": "2"])))
            #expect(one.tasks.map(\.partition) == [2])
            let copies = try page(queries.answer(HTTPLook(path: "/state/seen/key%2F7", query: ["copies": "true"])))
            #expect(copies.tasks.map(\.role) == ["active", "copy", "active"])
            let long = try page(queries.answer(HTTPLook(path: "/state/seen/hex:ff", query: ["partition": "0"])))
            #expect(long.tasks[0].entries?[0].value.count == StatePage.valueLimit && long.tasks[0].entries?[0].bytes == 3 << 20)
            let scan = try page(queries.answer(HTTPLook(path: "/state/seen", query: ["prefix": "key/4", "count": "5", "partition": "0"])))
            #expect(scan.tasks[0].entries?.map { String(decoding: $0.key, as: UTF8.self) } == ["key/4", "key/40", "key/41", "key/42", "key/43"])
            let list = try page(queries.answer(HTTPLook(path: "/state")))
            #expect(list.tasks[0].stores == [.init(name: "seen", entries: 51, isEstimate: false)])
            let missing = try #require(queries.answer(HTTPLook(path: "/state/seen/nothing")))
            #expect(missing.status == 404)
            #expect(try page(missing).tasks.count == 2)
        }
    }

    @Test func othersThanThisMachineAreRefusedUnlessTheStageIsOpen() throws {
        try with { folder in
            let closed = StateQueries(stages: [("count", "count-changelog")], stateFolder: folder, isOpen: false) { _ in ([0], true) }
            #expect(closed.answer(HTTPLook(path: "/state", isLocal: false))?.status == 403)
            #expect(closed.answer(HTTPLook(path: "/other", isLocal: false)) == nil)
            let open = StateQueries(stages: [("count", "count-changelog")], stateFolder: folder, isOpen: true) { _ in ([0], true) }
            let restoring = try page(open.answer(HTTPLook(path: "/state", isLocal: false)))
            #expect(restoring.tasks.map(\.role) == ["restoring"])
            for path in ["/state/a/b/c", "/state/../../etc"] {
                let status = open.answer(HTTPLook(path: path))?.status
                #expect(status == 404, "\(path)")
            }
            #expect(open.answer(HTTPLook(path: "/state/seen/u64:x"))?.status == 400)
            let none = StateQueries(stages: [("shout", nil)], stateFolder: folder, isOpen: true) { _ in ([0], false) }
            #expect(none.answer(HTTPLook(path: "/state"))?.status == 404)
            let elsewhere = StateQueries(stages: [("count", "c")], stateFolder: folder, isOpen: true) { _ in ([], false) }
            #expect(elsewhere.answer(HTTPLook(path: "/state"))?.status == 404)
        }
    }

    @Test(arguments: [("1048576", 1_048_576), ("50M", 52_428_800), ("1.5MiB/s", 1_572_864), ("64k", 65_536), ("2GB", 2_147_483_648)])
    func ratesAreRead(_ text: String, _ bytes: Int) { #expect(ByteRate(argument: text)?.bytesPerSecond == bytes) }

    @Test(arguments: ["", "0", "-5M", "M", "12X", "100", "1e30", "nan"]) func whatIsNoRateIsRefused(_ text: String) { #expect(ByteRate(argument: text) == nil) }

    @Test func spansAreShort() {
        #expect([0.2, 59, 60, 200, 3_600, 7_500].map { TimeText.span(seconds: $0) } == ["1 s", "59 s", "1 min", "3 min 20 s", "1 h", "2 h 5 min"])
    }
}
