import Foundation
import Testing

/// A replay that is killed goes on when it is run again, and ends in the same bytes as one that was not.
@Suite(.serialized) struct ReplayKillTests {
    private static let outputs = ["docs.filtered", "dedup.signatures", "dedup.verdicts", "docs.unique", "rejected"]

    @Test(arguments: [false, true]) func tenKillsChangeNothing(overTheNetwork: Bool) throws {
        guard let line = try SmallLine(documents: 600) else { return }
        defer { line.remove() }
        let calm = try line.leat.run(["replay", "filter..lake", "--from", "beginning", "--into", "calm"] + line.options)
        #expect(calm.code == 0, "\(calm.errors)")
        let served = overTheNetwork ? try ServedLog(line.leat) : nil
        let local = line.leat.folder + "-local"
        let place = served.map { ["--brokers", $0.address, "--local", local] } ?? ["--data", line.leat.folder]
        let errors = line.leat.folder + ".err"
        defer { try? FileManager.default.removeItem(atPath: errors) }
        var kills = 0
        var runs = 0
        var last: Int32 = -1
        while runs < 40 {
            runs += 1
            try Data().write(to: URL(fileURLWithPath: errors))
            // Slowly, so that it is met at work.
            let process = try line.leat.start(
                ["replay", "filter..lake", "--from", "beginning", "--into", "hit", "--threads", "2", "--json"] + (kills < 10 ? ["--read-rate", "96K"] : []) + line.options + place,
                errors: FileHandle(forWritingAtPath: errors) ?? .nullDevice)
            if kills < 10 {
                usleep(UInt32.random(in: 150_000...1_800_000))
                if process.isRunning {
                    kill(process.processIdentifier, SIGKILL)
                    kills += 1
                }
            }
            process.waitUntilExit()
            guard process.terminationReason == .exit else { continue }
            last = process.terminationStatus
            let said = try String(contentsOfFile: errors, encoding: .utf8)
            #expect(last == 0, "\(said)")
            // The same command on a replay that has ended changes nothing.
            if last != 0 || kills >= 10 { break }
        }
        #expect(last == 0 && kills == 10, "\(kills) kills in \(runs) runs")
        served?.stop()
        for topic in Self.outputs {
            let (expected, found) = (try line.contents("calm." + topic), try line.contents("hit." + topic))
            #expect(expected.joined().count > 30, "\(topic)")
            // Refusals of several stages lie in one topic, in the order in which they were committed.
            if topic == "rejected" {
                #expect(found.map { $0.sorted() } == expected.map { $0.sorted() }, "\(topic)")
            } else {
                #expect(found == expected, "\(topic)")
            }
        }
        let files = SmallLine.files(line.leat.folder + "/replays/calm/lake")
        #expect(files.keys.contains { $0.hasSuffix(".parquet") })
        #expect(SmallLine.files((overTheNetwork ? local : line.leat.folder) + "/replays/hit/lake") == files)
    }
}
