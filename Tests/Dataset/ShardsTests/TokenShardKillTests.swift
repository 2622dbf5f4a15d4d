import Testing

@testable import Shards

/// A killed writer that goes on from its last commit ends in the bytes of one that nobody killed.
@Suite struct TokenShardKillTests {
    private static func settings(_ format: TokenShardFormat) -> TokenShardSettings {
        TokenShardSettings(
            name: "run", format: format, vocabularySize: 50_257, tokensPerShard: 2_000, endOfDocument: 50_256,
            tokenizerName: "gpt2", tokenizerDigest: "00")
    }

    private static let documents: [[UInt32]] = {
        var random = SeededGenerator(7)
        return (0..<120).map { _ in
            (0..<Int.random(in: 0...300, using: &random)).map { _ in UInt32.random(in: 0..<50_256, using: &random) }
        }
    }()

    /// How many events (documents, commits, steps of publication) a process lives.
    private final class Life {
        var left: Int
        init(_ left: Int) { self.left = left }

        func spend() throws(ShardError) {
            left -= 1
            if left < 0 { throw ShardError.writerFailedBefore(path: "killed") }
        }
    }

    /// The processor and its commit: what survives a kill is `state`, `next` and the folder.
    private final class Line {
        var state: [UInt8]?
        var next = 0
        let path: String
        let format: TokenShardFormat

        init(path: String, format: TokenShardFormat) { (self.path, self.format) = (path, format) }

        /// True when all is done, false when the process died on the way.
        func run(commitEvery: Int, events: Int = .max) throws -> Bool {
            do {
                try live(commitEvery: commitEvery, Life(events))
                return true
            } catch ShardError.writerFailedBefore {
                return false
            }
        }

        private func live(commitEvery: Int, _ life: Life) throws {
            var from: TokenShardState?
            if let state { from = try TokenShardState(decoding: state) }
            let writer = try TokenShardWriter(folder: path, settings: TokenShardKillTests.settings(format), resuming: from)
            writer.beforePublishStep = { (_) throws(ShardError) in try life.spend() }
            for shard in writer.unpublished { try writer.publish(shard) }
            let documents = TokenShardKillTests.documents
            while next < documents.count {
                let end = min(next + commitEvery, documents.count)
                for number in next..<end {
                    try life.spend()
                    try writer.append(documents[number], order: OrderKey(UInt64(number)), id: "\(number)", source: "warc")
                }
                if end == documents.count { try writer.finish() }
                let taken = try writer.flush(durably: false)
                try life.spend()
                state = try taken.encoded()
                next = end
                for shard in writer.unpublished { try writer.publish(shard) }
            }
        }
    }

    @Test(arguments: TokenShardFormat.allCases)
    func everyKillEndsInTheSameBytes(_ format: TokenShardFormat) throws {
        let undisturbed = try Scratch()
        #expect(try Line(path: undisturbed.path, format: format).run(commitEvery: 7))
        let expected = try undisturbed.files()
        #expect(expected.keys.filter { $0.hasSuffix(".partial") }.isEmpty)
        #expect(expected.count > (format == .megatron ? 14 : 7))
        var random = SeededGenerator(11)
        var kills = 0
        for _ in 0..<60 {
            let scratch = try Scratch()
            let line = Line(path: scratch.path, format: format)
            let commitEvery = Int.random(in: 1...20, using: &random)
            while try !line.run(commitEvery: commitEvery, events: Int.random(in: commitEvery + 3...90, using: &random)) {
                kills += 1
                try scribble(scratch.path, &random)
            }
            #expect(try scratch.files() == expected)
        }
        #expect(kills > 100)
    }

    /// What a killed process may leave beyond its commit: more bytes in what it had open, and a shard begun after it.
    private func scribble(_ path: String, _ random: inout SeededGenerator) throws {
        let folder = try LocalFolder(creating: path)
        for name in try folder.names() where name.hasSuffix(".partial") && Bool.random(using: &random) {
            let garbage = (0..<Int.random(in: 1...5_000, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            try LocalFile(folder.file(name), .writeOrCreate).write(garbage, at: try folder.size(name) ?? 0)
        }
        if Bool.random(using: &random) {
            try LocalFile(folder.file("run-00077.bin.partial"), .writeOrCreate).write([1, 2, 3], at: 0)
        }
    }

    @Test(arguments: TokenShardPublisher.Step.allCases)
    func killedBeforeEachStepOfPublication(_ step: TokenShardPublisher.Step) throws {
        let undisturbed = try Scratch()
        #expect(try Line(path: undisturbed.path, format: .megatron).run(commitEvery: 120))
        let scratch = try Scratch()
        let writer = try TokenShardWriter(folder: scratch.path, settings: Self.settings(.megatron), resuming: nil)
        for (number, document) in Self.documents.enumerated() {
            try writer.append(document, order: OrderKey(UInt64(number)), id: "\(number)", source: "warc")
        }
        try writer.finish()
        let state = try writer.flush(durably: true)
        writer.beforePublishStep = { (now) throws(ShardError) in
            if now == step { throw ShardError.writerFailedBefore(path: "killed") }
        }
        let third = writer.unpublished[2]
        #expect(throws: ShardError.self) { try writer.publish(third) }
        #expect(throws: ShardError.self) { try writer.flush(durably: false) }
        let again = try TokenShardWriter(folder: scratch.path, settings: Self.settings(.megatron), resuming: state)
        for shard in again.unpublished.reversed() { try again.publish(shard) }
        try again.publish(third)
        #expect(try scratch.files() == undisturbed.files())
    }
}
