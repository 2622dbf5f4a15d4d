import CSnappy
import Records
import Testing

/// Bytes from outside: every one ends in records or a `RecordError`, within bounds.
@Suite struct HostileBatchTests {
    static func withChecksum(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.count >= 21 else { return bytes }
        var bytes = bytes
        let checksum = Checksum.crc32c(Array(bytes[21...]))
        for index in 0..<4 { bytes[17 + index] = UInt8(truncatingIfNeeded: checksum >> UInt32(24 - 8 * index)) }
        return bytes
    }

    @Test(arguments: CompressionCodec.allCases) func everyFlippedBitIsDetected(codec: CompressionCodec) throws {
        let bytes = try RecordBatchTests.batch(RecordBatchTests.sample, codec)
        for bit in 0..<(bytes.count * 8) {
            var damaged = bytes
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            // Base offset and leader epoch are the log's, and not under the checksum.
            let isLogs = bit / 8 < 8 || (12..<16).contains(bit / 8)
            let isAccepted = (try? RecordBatchHeader(checking: damaged.span.bytes)) != nil
            #expect(!isAccepted || isLogs, "bit \(bit)")
        }
    }

    @Test(arguments: CompressionCodec.allCases) func everyTruncationIsDetected(codec: CompressionCodec) throws {
        let bytes = try RecordBatchTests.batch(RecordBatchTests.sample, codec)
        for count in 0..<bytes.count {
            #expect(throws: RecordError.self) { try RecordBatchReader().decode(Array(bytes[..<count]).span.bytes) }
            // Also where the length says that this is all.
            guard count > 61 else { continue }
            var cut = Array(bytes[..<count])
            let length = UInt32(count - 12)
            for index in 0..<4 { cut[8 + index] = UInt8(truncatingIfNeeded: length >> UInt32(24 - 8 * index)) }
            #expect(throws: RecordError.self) { try RecordBatchReader().records(in: Self.withChecksum(cut)) }
        }
    }

    @Test(arguments: CompressionCodec.allCases) func mutationsNeverTrap(codec: CompressionCodec) throws {
        var random = Generator(seed: UInt64(codec.rawValue))
        let original = try RecordBatchTests.batch(RecordBatchTests.sample, codec)
        let reader = RecordBatchReader(limits: DecompressionLimits(maximumBytes: 1 << 20, ratioFloorBytes: 1 << 16))
        var accepted = 0
        for _ in 0..<4000 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let index = Int.random(in: 21..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 1: bytes[index] = [0, 1, 0x7f, 0x80, 0xff].randomElement(using: &random) ?? 0
                case 2: bytes.remove(at: index)
                default: bytes.insert(UInt8.random(in: 0...255, using: &random), at: index)
                }
                if bytes.count < 62 { bytes = original }
            }
            let length = UInt32(bytes.count - 12)
            for index in 0..<4 { bytes[8 + index] = UInt8(truncatingIfNeeded: length >> UInt32(24 - 8 * index)) }
            do {
                _ = try reader.records(in: Self.withChecksum(bytes))
                accepted += 1
            } catch {
                #expect(error is RecordError)
            }
        }
        #expect(accepted < 4000)
    }

    @Test func noiseNeverTraps() throws {
        var random = Generator(seed: 99)
        let reader = RecordBatchReader()
        for _ in 0..<5000 {
            var bytes = (0..<Int.random(in: 0...200, using: &random)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            if bytes.count > 61 {
                let length = UInt32(bytes.count - 12)
                for index in 0..<4 { bytes[8 + index] = UInt8(truncatingIfNeeded: length >> UInt32(24 - 8 * index)) }
                bytes[16] = 2
                for index in [21, 22, 23, 24, 57, 58, 59] { bytes[index] = 0 }
                bytes[22] = UInt8.random(in: 0...7, using: &random)
                bytes = Self.withChecksum(bytes)
            }
            do { _ = try reader.records(in: bytes) } catch { #expect(error is RecordError) }
        }
    }

    @Test(arguments: [CompressionCodec.gzip, .snappy, .lz4, .zstd]) func bombsAreBounded(codec: CompressionCodec) throws {
        let builder = RecordBatchBuilder(compression: codec)
        try builder.append(key: nil, value: [UInt8](repeating: 0, count: 8 << 20), timestamp: 0)
        let bytes = try builder.finish()
        #expect(try RecordBatchReader().decode(bytes.span.bytes).recordBytes.count > 8 << 20)
        let bySize = RecordBatchReader(limits: DecompressionLimits(maximumBytes: 1 << 20))
        #expect(throws: RecordError.tooLarge(limit: 1 << 20)) { try bySize.decode(bytes.span.bytes) }
        let byRatio = RecordBatchReader(limits: DecompressionLimits(maximumRatio: 5, ratioFloorBytes: 1000))
        #expect(throws: RecordError.self) { try byRatio.decode(bytes.span.bytes) }
    }

    @Test func snappyLengthsAreNotBelieved() throws {
        // A raw block that claims 2 GiB, in a batch of a few bytes.
        var bytes = try RecordBatchTests.batch(RecordBatchTests.sample, .none)
        bytes.replaceSubrange(61..., with: [0xff, 0xff, 0xff, 0xff, 0x07, 0, 0])
        bytes[11] = UInt8(bytes.count - 12)
        bytes[22] = 2
        #expect(throws: RecordError.self) { try RecordBatchReader().decode(Self.withChecksum(bytes).span.bytes) }
    }

    @Test func readsRawSnappy() throws {
        let plain = try RecordBatchTests.batch(RecordBatchTests.sample, .none)
        let records = Array(plain[61...])
        var length = snappy_max_compressed_length(records.count)
        var packed = [UInt8](repeating: 0, count: length)
        records.withUnsafeBytes { source in
            packed.withUnsafeMutableBytes { target in
                _ = snappy_compress(
                    source.baseAddress?.assumingMemoryBound(to: CChar.self), source.count,
                    target.baseAddress?.assumingMemoryBound(to: CChar.self), &length)
            }
        }
        var bytes = Array(plain[..<61]) + packed[..<length]
        bytes[11] = UInt8(bytes.count - 12)
        bytes[22] = 2
        #expect(try RecordBatchReader().records(in: Self.withChecksum(bytes)) == RecordBatchTests.sample)
    }
}
