import Testing

@testable import Shards

/// What the writer refuses, and that a refusal changes nothing.
@Suite struct TokenShardRefusalTests {
    private let settings = TokenShardSettings(
        name: "run", vocabularySize: 100, tokensPerShard: 10, endOfDocument: 99, tokenizerName: "t", tokenizerDigest: "00")

    @Test func tokensOutsideTheVocabularyLeaveNoTrace() throws {
        let (scratch, other) = (try Scratch(), try Scratch())
        for (path, withBad) in [(scratch.path, true), (other.path, false)] {
            let writer = try TokenShardWriter(folder: path, settings: settings, resuming: nil)
            try writer.append([1], order: OrderKey(1), id: "a")
            if withBad {
                #expect(throws: ShardError.tokenOutOfRange(token: 100, vocabularySize: 100, document: "b")) {
                    try writer.append([2, 100], order: OrderKey(2), id: "b")
                }
                #expect(throws: ShardError.outOfOrder(partition: "run", previous: OrderKey(1), given: OrderKey(1))) {
                    try writer.append([2], order: OrderKey(1), id: "b")
                }
            }
            try writer.append([3], order: OrderKey(3), id: "c")
            try writer.finish()
            for shard in writer.unpublished { try writer.publish(shard) }
        }
        #expect(try scratch.files() == other.files())
    }

    @Test func badSettings() throws {
        let scratch = try Scratch()
        for change: (inout TokenShardSettings) -> Void in [
            { $0.name = "../up" }, { $0.name = "" }, { $0.name = ".hidden" }, { $0.name = "a/b" }, { $0.vocabularySize = 0 },
            { $0.tokensPerShard = 0 }, { $0.endOfDocument = 100 },
        ] {
            var bad = settings
            change(&bad)
            #expect(throws: ShardError.self) { try TokenShardWriter(folder: scratch.path, settings: bad, resuming: nil) }
        }
    }

    @Test func aStateThatContradictsTheFolder() throws {
        let scratch = try Scratch()
        let writer = try TokenShardWriter(folder: scratch.path, settings: settings, resuming: nil)
        try writer.append([1, 2, 3], order: OrderKey(1), id: "a")
        let early = try writer.flush(durably: false)
        try writer.append([UInt32](repeating: 4, count: 12), order: OrderKey(2), id: "b")
        let late = try writer.flush(durably: false)
        #expect(late.sealed.count == 1)
        try LocalFile(scratch.path + "/run-00000.bin.partial", .writeOrCreate).cut(to: 5)
        #expect(throws: ShardError.fileLostBytes(path: scratch.path + "/run-00000.bin.partial", expected: 8, found: 5)) {
            try TokenShardWriter(folder: scratch.path, settings: settings, resuming: early)
        }
        var other = settings
        other.tokensPerShard = 11
        #expect(throws: ShardError.self) { try TokenShardWriter(folder: scratch.path, settings: other, resuming: early) }
    }

    @Test func aPublishedShardIsNeverWrittenAgain() throws {
        let scratch = try Scratch()
        let writer = try TokenShardWriter(folder: scratch.path, settings: settings, resuming: nil)
        try writer.append([1, 2, 3], order: OrderKey(1), id: "a")
        let early = try writer.flush(durably: false)
        try writer.finish()
        for shard in writer.unpublished { try writer.publish(shard) }
        #expect(throws: ShardError.self) { try TokenShardWriter(folder: scratch.path, settings: settings, resuming: early) }
        #expect(throws: ShardError.self) { try TokenShardWriter(folder: scratch.path, settings: settings, resuming: nil) }
    }

    @Test func anEmptyOutputPublishesNothing() throws {
        let scratch = try Scratch()
        let writer = try TokenShardWriter(folder: scratch.path, settings: settings, resuming: nil)
        try writer.finish()
        let state = try writer.flush(durably: true)
        #expect(writer.unpublished.isEmpty)
        #expect(try TokenShardState(decoding: state.encoded()) == state)
        #expect(throws: ShardError.self) { try TokenShardState(decoding: Array("{}".utf8)) }
    }

    @Test func theManifestSaysWhatIsThere() throws {
        let scratch = try Scratch()
        let writer = try TokenShardWriter(folder: scratch.path, settings: settings, resuming: nil)
        for number in 0..<10 { try writer.append([1, 2, 3, 4], order: OrderKey(5, tieBreak: UInt64(number)), id: "a") }
        try writer.finish()
        for shard in writer.unpublished { try writer.publish(shard) }
        let manifest = try #require(try TokenShardManifest.read(folder: scratch.path, name: "run"))
        #expect(manifest.documents == 10 && manifest.tokens == 50 && manifest.shards.count == 5)
        #expect(manifest.shards[1].firstOrder == OrderKey(5, tieBreak: 2) && manifest.shards[1].lastOrder == OrderKey(5, tieBreak: 3))
        let file = try #require(manifest.shards[4].files.first)
        #expect(file.bytes == 20)
        #expect(file.sha256 == (try fileDigest(scratch.path + "/run-00004.bin")))
    }
}
