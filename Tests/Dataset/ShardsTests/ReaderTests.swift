import Glibc
import Testing

@testable import Shards

/// What other people's readers make of the output, through ops/lib/check-shards.
///
/// By default with what is there without a network: numpy for tokens and the pyarrow of .local. LEAT_READER_PACKAGES=FOLDER takes all readers,
/// installing them there; LEAT_READER_KEEP=FOLDER keeps the output in that folder, which must be new.
@Suite struct ReaderTests {
    private static let root: String = {
        let parts = #filePath.split(separator: "/").dropLast(4)
        return "/" + parts.joined(separator: "/")
    }()

    @Test func othersReadWhatWeWrote() throws {
        let scratch = try Scratch()
        let path = getenv("LEAT_READER_KEEP").map { String(cString: $0) } ?? scratch.path
        var folders: [String] = []
        for format in TokenShardFormat.allCases {
            for (kind, vocabulary) in [("small", 50_257), ("large", 128_256)] {
                let folder = "\(path)/\(format)-\(kind)"
                try writeTokens(to: folder, format: format, vocabulary: vocabulary)
                folders.append(folder)
            }
        }
        try writeLake(to: path + "/lake")
        folders.append(path + "/lake")
        var command = ["python3", Self.root + "/ops/lib/check-shards"]
        if let packages = getenv("LEAT_READER_PACKAGES") {
            command += ["--packages", String(cString: packages)]
        } else {
            guard run(["python3", "-c", "import numpy"]) == 0, access(Self.root + "/.local/arrow-wheel/pyarrow/lib.pxd", R_OK) == 0 else {
                print("skipped: no python3 with numpy, or no .local/arrow-wheel")
                return
            }
            command += ["--no-install", "--readers", "numpy,pyarrow"]
        }
        #expect(run(command + folders) == 0)
        // The check itself must see a flipped byte.
        try LocalFile(folders[0] + "/t-00001.bin", .writeOrCreate).write([0xff], at: 10)
        #expect(run(command + [folders[0]]) == 1)
    }

    private func writeTokens(to folder: String, format: TokenShardFormat, vocabulary: Int) throws {
        let settings = TokenShardSettings(
            name: "t", format: format, vocabularySize: vocabulary, tokensPerShard: 5_000, endOfDocument: UInt32(vocabulary - 1),
            tokenizerName: "t", tokenizerDigest: "00")
        let writer = try TokenShardWriter(folder: folder, settings: settings, resuming: nil)
        var random = SeededGenerator(1)
        for number in 0..<200 {
            let tokens = (0..<Int.random(in: 0...200, using: &random)).map { _ in UInt32.random(in: 0..<UInt32(vocabulary - 1), using: &random) }
            try writer.append(tokens, order: OrderKey(UInt64(number)), id: "d\(number)", source: "größe.warc.gz")
        }
        try writer.finish()
        for shard in writer.unpublished { try writer.publish(shard) }
    }

    private func writeLake(to folder: String) throws {
        let settings = LakeSettings(
            parquet: ParquetSettings(rowGroupBytes: 100_000), signals: ["gopher.words", "gopher.mean"], rowsPerFile: 300, metadata: ["build": "1"])
        let writer = try LakeWriter(folder: folder, settings: settings, resuming: nil)
        for number in 0..<2_000 {
            var row = LakeRow(
                id: "\(number)", url: "https://example.org/\(number)", text: String(repeating: "日本 é\n", count: number % 100),
                language: ["en", "de", "ja", "sr-Latn", ""][number % 5])
            row.signals = [Double(number), number % 2 == 0 ? nil : 0.5]
            row.tokenCount = number % 3 == 0 ? nil : Int64(number)
            row.title = number % 7 == 0 ? nil : "Title \(number)"
            try writer.append(row, order: OrderKey(UInt64(number)))
        }
        try writer.finish()
        for file in writer.unpublished { try writer.publish(file) }
    }

    /// The exit status of a program found on the path.
    private func run(_ command: [String]) -> Int32 {
        // Unsafe corner: posix_spawn takes C strings, which live until the child is there.
        var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var child: pid_t = 0
        guard posix_spawnp(&child, command[0], nil, nil, &arguments, environ) == 0 else { return 127 }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 && errno == EINTR {}
        return (status >> 8) & 0xff
    }
}
