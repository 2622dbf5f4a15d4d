import Coordination
import Foundation
import LogClient
import Records
import Streams
import Testing

@testable import Pipeline

@Suite struct ReplayTests {
    private func with(_ count: Int = 150, _ body: (OperationBench) throws -> Void) throws {
        let bench = try OperationBench()
        defer { bench.remove() }
        try bench.fill(0..<count)
        try bench.run()
        try body(bench)
    }

    @Test func theWholeLineAgainGivesTheSameBytesOnAnyNumberOfThreads() throws {
        try with { bench in
            let one = try bench.replay("filter..lake", into: "one", threads: 1)
            _ = try bench.replay("filter..lake", into: "four", threads: 4)
            for topic in ["docs.filtered", "dedup.signatures", "dedup.verdicts", "docs.unique"] {
                let live = try bench.contents(topic)
                #expect(live.flatMap { $0 }.count > 40)
                #expect(try bench.contents("one." + topic) == live)
                #expect(try bench.contents("four." + topic) == live)
            }
            let files = try bench.files(bench.folder + "/lake")
            #expect(files.keys.count { $0.hasSuffix(".parquet") } >= 3)
            #expect(try bench.files(one.replay.folder + "/lake") == files)
            #expect(try bench.files(bench.folder + "/replays/four/lake") == files)
        }
    }

    @Test func aStageWithStateBeginsFromScratchInItsOwnPlaces() throws {
        try with { bench in
            let changelog = try bench.engine.stableOffset(of: TopicPartition("dedup-changelog", 0))
            let session = try bench.replay("dedup", into: "verdicts.v2")
            #expect(try bench.contents("verdicts.v2") == bench.contents("dedup.verdicts"))
            #expect(try bench.engine.stableOffset(of: TopicPartition("dedup-changelog", 0)) == changelog)
            #expect(try bench.engine.stableOffset(of: TopicPartition("verdicts.v2.dedup-changelog", 0)) > 0)
            #expect(FileManager.default.fileExists(atPath: session.replay.stateFolder + "/dedup/0"))
        }
    }

    @Test func rangesBeginAndEndWhereTheyAreAskedTo() throws {
        try with { bench in
            let offsets: [ReplayPlace.NamedOffset] = [.init(topic: nil, partition: 0, offset: 10), .init(topic: "docs.extracted", partition: 1, offset: 0)]
            let ends: [ReplayPlace.NamedOffset] = (0..<3 as Range<Int32>).map { .init(topic: nil, partition: $0, offset: 20) }
            let session = try bench.replay("filter", into: "part", .init(from: .offsets(offsets), to: .offsets(ends)))
            #expect(session.plan.ranges.map(\.start) == [10, 0, 0])
            #expect(session.plan.ranges.map(\.end) == [20, 20, 20])
            let partitions = try bench.contents("docs.filtered")
            let part = try bench.contents("part")
            for number in 0..<3 {
                #expect(part[number].count > 5 && part[number].count <= 20)
                // A run of the live output, without a gap.
                let start = try #require(partitions[number].firstIndex(of: part[number][0]))
                #expect(Array(partitions[number][start..<start + part[number].count]) == part[number])
            }
            // Timestamps are 1,000 milliseconds a document.
            let timed = try bench.replay("filter", into: "timed", .init(from: .time(50_001), to: .time(100_001)))
            let orders = try bench.contents("timed").flatMap { $0 }.compactMap { Int($0.split(separator: " ")[0]) }
            #expect(orders.min() ?? 0 > 50 && orders.max() ?? 999 <= 100 && orders.count > 20)
            #expect(timed.plan.ranges.allSatisfy { $0.end - $0.start < 30 })
        }
    }

    /// A merge of cut ranges must neither wait for what is cut off nor lose what is in it.
    @Test func mergedAndJoinedStagesEndAtTheEndOfTheirRanges() throws {
        try with { bench in
            let ends: [ReplayPlace.NamedOffset] = [.init(topic: nil, partition: 0, offset: 3), .init(topic: nil, partition: 1, offset: 30), .init(topic: nil, partition: 2, offset: 0)]
            _ = try bench.replay("dedup", into: "cut", .init(to: .offsets(ends)))
            let cut = try bench.contents("cut")
            let live = try bench.contents("dedup.verdicts")
            #expect(cut[0].count <= 3 && cut[1].count > 15 && cut[2].isEmpty)
            #expect(cut[0].map { $0.split(separator: " ")[1] } == live[0].prefix(cut[0].count).map { $0.split(separator: " ")[1] })
            _ = try bench.replay("unique", into: "joined", .init(from: .time(40_001), to: .time(90_001)))
            let joined = try bench.contents("joined").flatMap { $0 }
            let unique = Set(try bench.contents("docs.unique").flatMap { $0 })
            #expect(joined.count > 10 && Set(joined).isSubset(of: unique))
        }
    }

    @Test func aSampleIsTheSameDocumentsEveryTimeAndInEveryStage() throws {
        try with { bench in
            let sample = try KeySample(text: "30%")
            _ = try bench.replay("filter", into: "s1", .init(sample: sample), threads: 1)
            _ = try bench.replay("filter", into: "s2", .init(sample: sample), threads: 3)
            _ = try bench.replay("sign", into: "s3", .init(sample: sample))
            let keys = try bench.keys("s1")
            #expect(try bench.contents("s1") == bench.contents("s2"))
            #expect(try bench.keys("s3") == keys)
            let share = Double(keys.count) / Double(try bench.keys("docs.filtered").count)
            #expect(share > 0.15 && share < 0.45)
            #expect(try bench.keys("s1").isSubset(of: bench.keys("docs.filtered")))
        }
    }

    @Test func aStoppedReplayGoesOnInTheRangeItBeganWith() throws {
        try with { bench in
            let replay = try WebReplay(stages: "filter..unique", into: "again", recipe: bench.recipe, environment: bench.environment)
            let session = try ReplaySession(replay, .init(), engine: bench.engine, topics: bench.topics, build: "bench")
            try session.begin()
            let runner = try session.runner(workerCount: 1, compression: { _ in .none })
            runner.requestStop()
            _ = try runner.run(follow: false) { _ in }
            let before = try bench.contents("docs.unique")
            try bench.fill(150..<200)
            let resumed = try bench.replay("filter..unique", into: "again")
            #expect(resumed.isBegun && resumed.plan == session.plan)
            #expect(try bench.contents("again") == before)
            // With other settings it is another replay.
            let changed = try bench.change(["filter.gopher_quality.min_doc_words=30"])
            #expect(throws: PipelineError.self) { try bench.replay("filter..unique", into: "again", recipe: changed) }
            _ = try bench.replay("filter..unique", into: "again", recipe: changed, restarts: true)
            #expect(try bench.keys("again").count < before.flatMap { $0 }.count)
        }
    }

    @Test func aCopyOfTheLiveStateGoesOnWhereItStands() throws {
        try with(100) { bench in
            // What comes later, and is not yet handled by the live line.
            let stands = try (0..<OperationBench.partitions).map { number in
                try #require(try bench.engine.committedPosition(of: "leat-filter", in: TopicPartition("docs.extracted", number))).offset
            }
            try bench.fill(100..<150)
            let offsets = stands.enumerated().map { ReplayPlace.NamedOffset(topic: nil, partition: Int32($0.offset), offset: $0.element) }
            // Behind the live stage's place the state is not that of the replay's start.
            #expect(throws: PipelineError.self) { try bench.replay("dedup", into: "x", .init(from: .open, copiesState: true)) }
            _ = try bench.replay("filter..sign", into: "later", .init(from: .offsets(offsets)))
            #expect(try bench.keys("later").allSatisfy { $0 >= "id1100" })
            let signatures = try (0..<OperationBench.partitions).map { number in
                ReplayPlace.NamedOffset(
                    topic: nil, partition: number,
                    offset: try #require(try bench.engine.committedPosition(of: "leat-dedup", in: TopicPartition("dedup.signatures", number))).offset)
            }
            let session = try bench.replay("dedup", into: "copied", .init(from: .offsets(signatures), copiesState: true))
            #expect(session.plan.copiesState)
            let live = try bench.engine.stableOffset(of: TopicPartition("dedup-changelog", 0))
            #expect(live > 0)
            #expect(try bench.engine.stableOffset(of: TopicPartition("copied.dedup-changelog", 0)) > live / 2)
        }
    }

    @Test func snapshotsAreKeptInTheLogAndReplayedFrom() throws {
        try with(90) { bench in
            let record = try SnapshotRecord.take(name: "ninety", recipe: bench.recipe, build: "bench", of: bench.engine, milliseconds: 5)
            try OperationJournal.declare(in: bench.topics)
            try OperationJournal(bench.engine).write(record, kind: SnapshotRecord.kind, name: "ninety")
            let before = try bench.contents("docs.filtered")
            try bench.fill(90..<150)
            try bench.run()
            _ = try bench.replay("filter", into: "then", .init(to: .snapshot("ninety")))
            #expect(try bench.contents("then") == before)
            _ = try bench.replay("filter", into: "since", .init(from: .snapshot("ninety")))
            #expect(try bench.keys("since").isDisjoint(with: bench.keys("then")))
            #expect(throws: PipelineError.self) { try bench.replay("filter", into: "y", .init(from: .snapshot("unknown"))) }
            #expect(try OperationJournal(bench.engine).entries(SnapshotRecord.self, kind: SnapshotRecord.kind) == ["ninety": record])
        }
    }

    @Test func whatLooksOutsideIsRefusedWithTheReason() throws {
        let recipe = try Recipe(yaml: "pipeline: p\nstages:\n  - {stage: ingest, from: ingest.archives, to: web.pages}\n", path: "p.yaml")
        let environment = PipelineEnvironment(dataFolder: "nowhere", modelsFolder: "nowhere", build: "bench")
        #expect {
            try WebReplay(stages: "ingest", into: "x", recipe: recipe, environment: environment)
        } throws: { error in
            "\(error)".contains("looks outside") && "\(error)".contains("web.pages")
        }
    }

    @Test func placesAreReadFromText() {
        #expect(ReplayPlace(text: "beginning") == .open)
        #expect(ReplayPlace(text: "12") == .offset(12))
        #expect(ReplayPlace(text: "0:1,2:3") == .offsets([.init(topic: nil, partition: 0, offset: 1), .init(topic: nil, partition: 2, offset: 3)]))
        #expect(ReplayPlace(text: "docs.filtered:0:1") == .offsets([.init(topic: "docs.filtered", partition: 0, offset: 1)]))
        #expect(ReplayPlace(text: "snapshot:march") == .snapshot("march"))
        #expect(ReplayPlace(text: "@5") == .time(5))
        for text in ["", "2026-01-31T12:00", "0:", ":1", "0:-1", "-1", "0:1,", "1:2:3:4", "5:0:1", "snapshot:"] { #expect(ReplayPlace(text: text) == nil, "\(text)") }
    }
}
