import Testing

@testable import Shards

/// The lake: partitions, limits, exactly once by reading again.
@Suite struct LakeTests {
    private static func settings(memory: Int = 40_000) -> LakeSettings {
        LakeSettings(
            parquet: ParquetSettings(rowGroupBytes: 20_000, rowGroupRows: 60), signals: ["rules.words", "rules.mean"], rowsPerFile: 100,
            bytesPerFile: 45_000, memoryBytes: memory, metadata: ["build": "1.0", "pipeline": "abcd"])
    }

    private static let rows: [LakeRow] = {
        var random = SeededGenerator(5)
        let languages = ["en", "en", "en", "de", "fr", "zh", "", "x/../y"]
        return (0..<700).map { number in
            let words = Int.random(in: 0...80, using: &random)
            return row(number, language: languages.randomElement(using: &random) ?? "", words: words)
        }
    }()

    private static func row(_ number: Int, language: String, words: Int) -> LakeRow {
        var row = LakeRow(
            id: "id\(number)", url: "https://example.org/\(number)", text: String(repeating: "wörter ", count: words), language: language)
        row.languageScript = "Latn"
        row.languageScore = 0.5
        row.date = number % 3 == 0 ? nil : "2024-01-02"
        row.title = number % 4 == 0 ? nil : "T\(number)"
        row.site = "example.org"
        row.dump = "CC-MAIN-2024-10"
        row.filePath = "a.warc.gz"
        row.sourceOffset = Int64(number) * 1_000
        row.sourceDigest = "sha256:\(number)"
        row.tokenCount = number % 5 == 0 ? nil : Int64(number)
        row.signals = [Double(number), number % 7 == 0 ? nil : 0.25]
        row.clusterID = "c\(number)"
        row.clusterSize = number % 2 == 0 ? nil : 1
        row.lineage = "extract@1.0"
        return row
    }

    private final class Life {
        var left: Int
        init(_ left: Int) { self.left = left }

        func spend() throws(ShardError) {
            left -= 1
            if left < 0 { throw ShardError.writerFailedBefore(path: "killed") }
        }
    }

    /// What survives a kill: the folder, the committed state and the committed offset.
    private final class Line {
        var state: [UInt8]?
        var next = 0
        let path: String

        init(_ path: String) { self.path = path }

        func run(commitEvery: Int, events: Int = .max, memory: Int = 40_000) throws -> Bool {
            do {
                try live(commitEvery: commitEvery, Life(events), memory: memory)
                return true
            } catch ShardError.writerFailedBefore {
                return false
            }
        }

        private func live(commitEvery: Int, _ life: Life, memory: Int) throws {
            var from: LakeState?
            if let state { from = try LakeState(decoding: state) }
            let writer = try LakeWriter(folder: path, settings: LakeTests.settings(memory: memory), resuming: from)
            writer.beforePublishStep = { (_) throws(ShardError) in try life.spend() }
            for file in writer.unpublished { try writer.publish(file) }
            var read = next
            let rows = LakeTests.rows
            while true {
                let end = min(read + commitEvery, rows.count)
                while read < end {
                    try life.spend()
                    try writer.append(rows[read], order: OrderKey(UInt64(read)))
                    read += 1
                }
                if read == rows.count { try writer.finish() }
                let taken = try writer.state.encoded()
                try life.spend()
                state = taken
                next = writer.firstUnsealedOrderKey.map { Int($0.ordinal) } ?? read
                for file in writer.unpublished { try writer.publish(file) }
                if read == rows.count { return }
            }
        }
    }

    @Test func everyRowOnceAndInOrder() throws {
        let scratch = try Scratch()
        #expect(try Line(scratch.path).run(commitEvery: 50))
        let manifest = try #require(try LakeManifest.read(folder: scratch.path))
        #expect(manifest.rows == Self.rows.count)
        var found: [String: [String]] = [:]
        for file in manifest.files {
            let reader = try ParquetFileReader(path: scratch.path + "/" + file.path)
            #expect(reader.rows == file.facts.rows && reader.metadata("build") == "1.0")
            #expect(reader.metadata("leat.order.first") == file.facts.firstOrder.description)
            #expect(reader.metadata("leat.order.last") == file.facts.lastOrder.description)
            #expect(try fileDigest(scratch.path + "/" + file.path) == file.facts.sha256)
            for group in 0..<reader.rowGroups {
                for row in 0..<(try reader.load(rowGroup: group)) {
                    let place = try #require(reader.int64(12, row)) / 1_000
                    try check(reader, row, is: Self.rows[Int(place)])
                    found[file.facts.language, default: []].append("\(place)")
                }
            }
        }
        for (language, places) in found {
            let expected = Self.rows.indices.filter { (Self.rows[$0].language.isEmpty ? "und" : Self.rows[$0].language) == language }
            #expect(places == expected.map { "\($0)" })
        }
        #expect(found.keys.sorted() == ["de", "en", "fr", "und", "x/../y", "zh"])
        #expect(try scratch.files().keys.filter { $0.hasPrefix("_temporary/") }.isEmpty)
        #expect(try scratch.files().keys.contains("lang=x%2f%2e%2e%2fy/part-00000.parquet"))
    }

    private func check(_ reader: ParquetFileReader, _ row: Int, is expected: LakeRow) throws {
        func text(_ name: String) throws -> String? { reader.string(try #require(reader.column(name)), row) }
        func number(_ name: String) throws -> Int64? { reader.int64(try #require(reader.column(name)), row) }
        let found = LakeRow(
            id: try text("id") ?? "", url: try text("url") ?? "", text: try text("text") ?? "", language: try text("language") ?? "?",
            languageScript: try text("language_script"), languageScore: reader.double(5, row), date: try text("date"),
            title: try text("title"), author: try text("author"), site: try text("site"), dump: try text("dump"),
            filePath: try text("file_path"), sourceOffset: try number("source_offset"), sourceDigest: try text("source_digest"),
            tokenCount: try number("token_count"),
            signals: [reader.double(try #require(reader.column("rules.words")), row), reader.double(try #require(reader.column("rules.mean")), row)],
            clusterID: try text("cluster_id"), clusterSize: try number("cluster_size"), lineage: try text("lineage") ?? "")
        var named = expected
        if named.language.isEmpty { named.language = "und" }
        #expect(found == named)
    }

    @Test func killsAndMemoryChangeNothing() throws {
        let undisturbed = try Scratch()
        #expect(try Line(undisturbed.path).run(commitEvery: 50))
        let expected = try undisturbed.files()
        #expect(expected.count > 8)
        var random = SeededGenerator(9)
        var kills = 0
        for _ in 0..<10 {
            let scratch = try Scratch()
            let line = Line(scratch.path)
            let memory = [0, 5_000, 40_000, 1 << 30].randomElement(using: &random) ?? 0
            while try !line.run(commitEvery: Int.random(in: 1...60, using: &random), events: Int.random(in: 300...900, using: &random), memory: memory) {
                kills += 1
            }
            let files = try scratch.files()
            // The order of publication differs with the commits; files and manifest do not.
            #expect(files == expected)
        }
        #expect(kills > 4)
    }

    @Test(arguments: LakePublisher.Step.allCases)
    func killedBeforeEachStepOfPublication(_ step: LakePublisher.Step) throws {
        let undisturbed = try Scratch()
        #expect(try Line(undisturbed.path).run(commitEvery: 700))
        let scratch = try Scratch()
        let writer = try LakeWriter(folder: scratch.path, settings: Self.settings(), resuming: nil)
        for (number, row) in Self.rows.enumerated() { try writer.append(row, order: OrderKey(UInt64(number))) }
        try writer.finish()
        let state = writer.state
        let third = writer.unpublished[2]
        writer.beforePublishStep = { (now) throws(ShardError) in
            if now == step { throw ShardError.writerFailedBefore(path: "killed") }
        }
        #expect(throws: ShardError.self) { try writer.publish(third) }
        let again = try LakeWriter(folder: scratch.path, settings: Self.settings(), resuming: state)
        #expect(try again.append(Self.rows[0], order: OrderKey(0)) == .alreadySealed)
        for file in again.unpublished { try again.publish(file) }
        try again.publish(third)
        #expect(try scratch.files() == undisturbed.files())
    }

    @Test func refusals() throws {
        let scratch = try Scratch()
        for signals in [["text"], ["lang"], ["a", "A"], [""], (0..<500).map { "s\($0)" }] {
            var bad = Self.settings()
            bad.signals = signals
            #expect(throws: ShardError.self) { try LakeWriter(folder: scratch.path, settings: bad, resuming: nil) }
        }
        let writer = try LakeWriter(folder: scratch.path, settings: Self.settings(), resuming: nil)
        try writer.append(Self.rows[1], order: OrderKey(4))
        #expect(throws: ShardError.self) { try writer.append(Self.rows[1], order: OrderKey(4)) }
        var short = Self.rows[1]
        short.signals = []
        #expect(throws: ShardError.self) { try writer.append(short, order: OrderKey(5)) }
        short = Self.rows[1]
        short.language = String(repeating: "l", count: 61)
        #expect(throws: ShardError.self) { try writer.append(short, order: OrderKey(6)) }
        let early = writer.state
        #expect(writer.firstUnsealedOrderKey == OrderKey(4))
        try writer.finish()
        #expect(writer.firstUnsealedOrderKey == nil)
        let sealed = writer.unpublished[0]
        try writer.publish(sealed)
        #expect(throws: ShardError.self) { try LakeWriter(folder: scratch.path, settings: Self.settings(), resuming: early) }
        #expect(throws: ShardError.self) { try LakeWriter(folder: scratch.path, settings: Self.settings(), resuming: nil) }
    }
}
