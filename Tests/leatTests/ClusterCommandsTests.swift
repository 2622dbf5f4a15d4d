import Foundation
import Testing

/// The same commands against a data folder and against a broker: here our own, over a socket.
@Suite("Commands with --data and --brokers", .serialized)
struct ClusterCommandsTests {
    private func with(_ body: (CommandLine) throws -> Void) throws {
        guard let leat = CommandLine() else { return }
        defer { leat.remove() }
        try body(leat)
    }

    /// Runs against the broker; its errors are part of the failure.
    private func run(_ leat: CommandLine, _ served: ServedLog, _ arguments: [String], input: String = "", code: Int32 = 0) throws -> CommandLine.Outcome {
        let outcome = try leat.run(arguments + ["--brokers", served.address], input: input, withData: false)
        #expect(outcome.code == code, "\(arguments): \(outcome.errors)")
        return outcome
    }

    @Test("Topics look the same from both sides")
    func topics() throws {
        try with { leat in
            #expect(try leat.run(["topics", "create", "notes", "--partitions", "3", "--config", "retention.ms=86400000"]).code == 0)
            #expect(try leat.run(["produce", "notes", "--key-separator", ":"], input: (0..<40).map { "k\($0):v\($0)\n" }.joined()).code == 0)
            #expect(try leat.run(["consume", "notes", "--group", "g", "-n", "40"]).lines.count == 40)
            let list = try leat.run(["topics", "list", "--json"]).objects
            let described = try #require(try leat.run(["topics", "describe", "notes", "--json"]).objects.first)
            let served = try ServedLog(leat)
            let listThere = try run(leat, served, ["topics", "list", "--json"]).objects
            for key in ["topic", "partitions", "records", "start", "end"] {
                #expect(listThere.map { "\($0[key] ?? "")" } == list.map { "\($0[key] ?? "")" }, "\(key)")
            }
            let there = try #require(try run(leat, served, ["topics", "describe", "notes", "--json"]).objects.first)
            #expect(there["settings"] as? [String: String] == described["settings"] as? [String: String])
            #expect((there["groups"] as? [[String: Any]])?.compactMap { $0["lag"] as? Int } == (described["groups"] as? [[String: Any]])?.compactMap { $0["lag"] as? Int })
            #expect((there["extents"] as? [[String: Any]])?.compactMap { $0["end"] as? Int } == (described["extents"] as? [[String: Any]])?.compactMap { $0["end"] as? Int })

            _ = try run(leat, served, ["topics", "create", "more", "--partitions", "2"])
            #expect(try run(leat, served, ["topics", "create", "more"], code: 1).errors.contains("more"))
            _ = try run(leat, served, ["topics", "alter", "more", "--partitions", "5"])
            #expect(try run(leat, served, ["topics", "alter", "more", "--partitions", "5"], code: 1).errors.contains("never has fewer"))
            #expect(try run(leat, served, ["topics", "delete", "more"], code: 1).output.contains("would be deleted"))
            #expect(try run(leat, served, ["topics", "describe", "more", "--json"]).objects.first?["partitions"] as? Int == 5)
            _ = try run(leat, served, ["topics", "delete", "more", "--yes"])
            #expect(try run(leat, served, ["topics", "describe", "more"], code: 1).errors.contains("leat topics list"))
            // The folder has an owner, who is to be asked.
            let refused = try leat.run(["topics", "create", "beside"])
            #expect(refused.code == 1)
            #expect(refused.errors.contains("--brokers"))
            #expect(served.stop() == 0)
            for arguments in [["alter", "notes", "--partitions", "4"], ["delete", "notes", "--yes"]] {
                #expect(try leat.run(["topics"] + arguments).code == 0)
            }
            #expect(try leat.run(["topics", "list", "--json"]).objects.isEmpty)
        }
    }

    @Test("What is produced over the network is consumed over it, once for each group")
    func records() throws {
        try with { leat in
            #expect(try leat.run(["topics", "create", "notes", "--partitions", "3"]).code == 0)
            let served = try ServedLog(leat)
            let lines = (0..<200).map { "key\($0):value \($0)\n" }.joined()
            let produced = try run(leat, served, ["produce", "notes", "--key-separator", ":", "--header", "a=b", "--compression", "zstd", "--json"], input: lines)
            #expect(Set(produced.objects.map { "\($0["partition"] ?? "")@\($0["offset"] ?? "")" }).count == 200)
            let expected = Set((0..<200).map { "value \($0)" })
            #expect(Set(try run(leat, served, ["consume", "notes"]).lines) == expected)
            let tailed = try leat.run(["tail", "notes", "--offset", "earliest", "--json"]).objects
            let consumed = try run(leat, served, ["consume", "notes", "--json"]).objects
            #expect(Set(consumed.map { "\($0)" }.map(\.count)) == Set(tailed.map { "\($0)" }.map(\.count)))
            #expect(consumed.allSatisfy { ($0["headers"] as? [String: String]) == ["a": "b"] })
            #expect(try run(leat, served, ["consume", "notes", "--from", "-2", "--partition", "1"]).lines.count == 2)
            #expect(try run(leat, served, ["consume", "notes", "--from", "latest"]).lines.isEmpty)
            let first = try run(leat, served, ["consume", "notes", "--group", "g", "-n", "50"]).lines
            let rest = try run(leat, served, ["consume", "notes", "--group", "g"]).lines
            #expect(first.count == 50)
            #expect(Set(first + rest) == expected)
            #expect(rest.count == 150)
            #expect(try run(leat, served, ["produce", "missing"], input: "x\n", code: 1).errors.contains("missing"))
            #expect(try run(leat, served, ["produce", "notes", "--partition", "9"], input: "x\n", code: 1).errors.contains("there is no 9"))
        }
    }

    @Test("Groups are listed, described, moved and deleted on both sides")
    func groups() throws {
        try with { leat in
            #expect(try leat.run(["topics", "create", "notes", "--partitions", "2"]).code == 0)
            for partition in 0..<2 {
                #expect(try leat.run(["produce", "notes", "--partition", "\(partition)"], input: (0..<10).map { "\($0)\n" }.joined()).code == 0)
            }
            #expect(try leat.run(["consume", "notes", "--group", "g"]).lines.count == 20)
            func check(_ run: ([String], Int32) throws -> CommandLine.Outcome) throws {
                #expect(try run(["groups", "list", "--json"], 0).objects.compactMap { $0["group"] as? String } == ["g"])
                func lags() throws -> [Int] {
                    let object = try #require(try run(["groups", "describe", "g", "--json"], 0).objects.first)
                    return (object["positions"] as? [[String: Any]] ?? []).compactMap { $0["lag"] as? Int }
                }
                #expect(try lags() == [0, 0])
                #expect(try run(["groups", "reset", "g", "--all-topics", "--to-earliest"], 0).output.contains("--execute"))
                #expect(try lags() == [0, 0])
                _ = try run(["groups", "reset", "g", "--all-topics", "--to-earliest", "--execute"], 0)
                #expect(try lags() == [10, 10])
                _ = try run(["groups", "reset", "g", "--topic", "notes:1", "--to-offset", "4", "--execute"], 0)
                #expect(try lags() == [10, 6])
                _ = try run(["groups", "reset", "g", "--all-topics", "--shift-by", "3", "--execute"], 0)
                #expect(try lags() == [7, 3])
                _ = try run(["groups", "reset", "g", "--all-topics", "--shift-by", "-100", "--execute"], 0)
                #expect(try lags() == [10, 10])
                _ = try run(["groups", "reset", "g", "--topic", "notes", "--to-datetime", "2020-01-01", "--execute"], 0)
                #expect(try lags() == [10, 10])
                _ = try run(["groups", "reset", "g", "--topic", "notes", "--to-datetime", "2999-01-01", "--execute"], 0)
                #expect(try lags() == [0, 0])
                _ = try run(["groups", "reset", "new", "--topic", "notes", "--to-latest", "--execute"], 0)
                #expect(try run(["groups", "describe", "nobody"], 1).errors.contains("leat groups list"))
                _ = try run(["groups", "delete", "new", "--yes"], 0)
                #expect(try run(["groups", "delete", "g"], 1).output.contains("would be"))
            }
            try check { arguments, code in
                let outcome = try leat.run(arguments)
                #expect(outcome.code == code, "\(arguments): \(outcome.errors)")
                return outcome
            }
            let served = try ServedLog(leat)
            try check { arguments, code in try run(leat, served, arguments, code: code) }
            _ = try run(leat, served, ["groups", "delete", "g", "--yes"])
            #expect(try run(leat, served, ["groups", "list", "--json"]).objects.isEmpty)
        }
    }

    @Test("Settings and access rules are changed on both sides")
    func settingsAndRules() throws {
        try with { leat in
            #expect(try leat.run(["topics", "create", "notes"]).code == 0)
            func check(_ run: ([String], Int32) throws -> CommandLine.Outcome) throws {
                func set() throws -> [String: String] {
                    let objects = try run(["configs", "describe", "--topic", "notes", "--json"], 0).objects
                    return Dictionary(uniqueKeysWithValues: objects.compactMap { object in (object["name"] as? String).map { ($0, object["value"] as? String ?? "") } })
                }
                _ = try run(["configs", "set", "--topic", "notes", "retention.ms=1000", "max.message.bytes=2000"], 0)
                _ = try run(["configs", "set", "--topic", "notes", "retention.ms=3000"], 0)
                #expect(try set() == ["retention.ms": "3000", "max.message.bytes": "2000"])
                #expect(try run(["configs", "set", "--topic", "notes", "retention.ms=often"], 1).errors.contains("retention.ms"))
                #expect(try run(["configs", "describe", "--topic", "notes", "--all", "--json"], 0).objects.count > 10)
                _ = try run(["configs", "delete", "--topic", "notes", "retention.ms", "max.message.bytes"], 0)
                #expect(try set() == [:])
                #expect(try run(["configs", "delete", "--topic", "notes", "retention.ms"], 1).errors.contains("not set"))

                _ = try run(["acls", "add", "--allow", "User:ANONYMOUS", "--operation", "all", "--topic", "*", "--group", "*", "--cluster"], 0)
                _ = try run(["acls", "add", "--allow", "User:a", "--deny", "User:b", "--operation", "read,write", "--topic", "crawl.", "--prefixed"], 0)
                #expect(try run(["acls", "list", "--json"], 0).objects.count == 7)
                #expect(try run(["acls", "list", "--topic", "crawl.pages", "--match", "--json"], 0).objects.count == 5)
                #expect(try run(["acls", "list", "--principal", "User:b", "--operation", "read", "--json"], 0).objects.first?["permission"] as? String == "DENY")
                #expect(try run(["acls", "remove", "--principal", "User:b"], 1).output.contains("2 rules would be removed"))
                _ = try run(["acls", "remove", "--principal", "User:b", "--yes"], 0)
                #expect(try run(["acls", "list", "--json"], 0).objects.count == 5)
                _ = try run(["acls", "remove", "--yes"], 0)
                #expect(try run(["acls", "list"], 0).output.contains("no such rule"))
            }
            try check { arguments, code in
                let outcome = try leat.run(arguments)
                #expect(outcome.code == code, "\(arguments): \(outcome.errors)")
                return outcome
            }
            let served = try ServedLog(leat, ["--super-user", "ANONYMOUS"])
            try check { arguments, code in try run(leat, served, arguments, code: code) }
        }
    }

    @Test("What cannot be is said in one sentence, with stable exit codes")
    func refusals() throws {
        try with { leat in
            for arguments in [
                ["topics", "list", "--brokers", "x:1", "--data", "y"], ["topics", "list", "-X", "a=b"], ["groups", "reset", "g", "--all-topics"],
                ["groups", "reset", "g", "--to-latest"], ["groups", "reset", "g", "--to-latest", "--to-earliest", "--all-topics"],
                ["configs", "set", "a=b"], ["acls", "add", "--allow", "alice", "--operation", "read", "--topic", "t"],
                ["acls", "add", "--allow", "User:a", "--operation", "rad", "--topic", "t"], ["acls", "add", "--allow", "User:a", "--operation", "read"],
            ] {
                #expect(try leat.run(arguments, withData: false).code == 64, "\(arguments)")
            }
            let nobody = try leat.run(["topics", "list", "--brokers", "127.0.0.1:1", "--timeout", "5"], withData: false)
            #expect(nobody.code == 1)
            #expect(nobody.errors.contains("127.0.0.1:1"))
            #expect(try leat.run(["topics", "list", "--brokers", "127.0.0.1:1", "-X", "no.such=1"], withData: false).errors.contains("no.such"))
        }
    }
}
