import LogStorage
import Records
import SystemIO
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// Figures, not checks: run with `LEAT_MEASURE=1 swift test -c release -Xswiftc -enable-testing --filter MeasurementTests`.
@Suite(.serialized, .enabled(if: getenv("LEAT_MEASURE") != nil, "set LEAT_MEASURE=1 to measure"))
struct MeasurementTests {
    static func processorSeconds() -> Double {
        var now = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now)
        return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
    }

    static func measure(_ name: String, count: Int, bytes: Int, _ body: () throws -> Void) rethrows {
        let before = processorSeconds()
        let start = SystemTimeSource().monotonicNanoseconds()
        try body()
        let seconds = processorSeconds() - before
        let wall = Double(SystemTimeSource().monotonicNanoseconds() - start) / 1e9
        print(
            "\(name): \(Int(Double(count) / seconds / 1000)) thousand/s, \(Int(Double(bytes) / seconds / 1e6)) MB/s per CPU second;"
                + " CPU \(Int(seconds * 1000)) ms, wall \(Int(wall * 1000)) ms")
    }

    @Test(arguments: CompressionCodec.allCases) func building(codec: CompressionCodec) throws {
        let value = Array("https://example.org/a/page the quick brown fox jumps over the lazy dog and runs away ".utf8)
        let builder = RecordBatchBuilder(compression: codec, initialCapacity: 1 << 17)
        let reader = RecordBatchReader()
        var batch: [UInt8] = []
        let rounds = 500
        try Self.measure("build \(codec)", count: rounds * 1000, bytes: rounds * 1000 * value.count) {
            for _ in 0..<rounds {
                try value.withUnsafeBytes { value in
                    for index in 0..<1000 { try builder.append(key: nil, value: value, timestamp: Int64(index)) }
                }
                batch = try builder.finish()
            }
        }
        try Self.measure("read \(codec)", count: rounds * 1000, bytes: rounds * 1000 * value.count) {
            var sum = 0
            for _ in 0..<rounds {
                try reader.forEachRecord(in: batch.span.bytes) { sum &+= $0.value.byteCount }
            }
            #expect(sum == rounds * 1000 * value.count)
        }
    }

    @Test func logging() throws {
        let system = PosixFileSystem()
        let folder = "/tmp/leat-measure-\(try SystemEntropySource().identifier())"
        defer {
            for name in (try? system.list(folder)) ?? [] { try? system.remove(FilePath.join(folder, name)) }
            try? system.removeFolder(folder)
        }
        let builder = RecordBatchBuilder()
        let value = [UInt8](repeating: 65, count: 900)
        for _ in 0..<64 { try builder.append(key: nil, value: value, timestamp: 1) }
        let batch = try builder.finish()
        let count = 1_000_000 / 64
        let configuration = try LogConfiguration(settings: ["segment.bytes": "268435456"])
        let log = try PartitionLog(folder: folder, fileSystem: system, configuration: configuration)
        try Self.measure("append batches of 58 KB", count: count * 64, bytes: count * batch.count) {
            for _ in 0..<count { _ = try log.append(batches: batch, leaderEpoch: 0) }
        }
        try Self.measure("flush", count: 1, bytes: 0) { try log.flush() }
        try Self.measure("read 1 MiB at a time", count: count * 64, bytes: count * batch.count) {
            var offset: Int64 = 0
            while offset < log.endOffset { offset = try log.read(from: offset, maxBytes: 1 << 20).nextOffset }
        }
        try Self.measure("read at 10,000 offsets", count: 10_000, bytes: 0) {
            var random = SeededGenerator(seed: 1)
            for _ in 0..<10_000 {
                _ = try log.read(from: Int64.random(in: 0..<log.endOffset, using: &random), maxBytes: 1)
            }
        }
        try Self.measure("append and flush, 1,000 times", count: 1000, bytes: 1000 * batch.count) {
            for _ in 0..<1000 {
                _ = try log.append(batches: batch, leaderEpoch: 0)
                try log.flush()
            }
        }
        try log.close()
        try Self.measure("open, closed well", count: 1, bytes: 0) {
            let again = try PartitionLog(folder: folder, fileSystem: system, configuration: configuration)
            #expect(again.recovery.wasClean && again.recovery.indexesRebuilt == 0)
            #expect(again.endOffset == Int64((count + 1000) * 64))
        }
    }
}
