import CLZ4
import ObjectStore

/// Decodes lz4 frames (lz4 frame format 1.6) and passes over skippable ones (5? 2a 4d 18, length u32, bytes).
final class LZ4Decoder: SegmentDecoder {
    let magic: [UInt8] = [0x04, 0x22, 0x4d, 0x18]
    private var context = LZ4Decoder.makeContext()
    private var inFrame = false

    deinit { LZ4F_freeDecompressionContext(context) }

    private static func makeContext() -> OpaquePointer? {
        var context: OpaquePointer?
        return LZ4F_isError(LZ4F_createDecompressionContext(&context, UInt32(LZ4F_VERSION))) == 0 ? context : nil
    }

    func reset() {
        inFrame = false
        if let context { LZ4F_resetDecompressionContext(context) }
    }

    func step(_ input: CompressedInput, _ output: DecodedStream) throws(ObjectStoreError) -> DecodingStep {
        try input.fill(inFrame ? 1 : 64 << 10)
        if input.available == 0 { return inFrame ? .truncated : .endOfInput }
        guard let context else { return .damaged(.corruptCompression) }
        if !inFrame {
            if let ended = try beginFrame(input, output) { return ended }
            inFrame = true
        }
        let tail = output.tail(atLeast: 256 << 10)
        var used = input.available
        var produced = min(tail.count, 1 << 20)
        let result = LZ4F_decompress(context, tail.baseAddress, &produced, input.pointer, &used, nil)
        if LZ4F_isError(result) != 0 { return .damaged(.corruptCompression) }
        input.consume(used)
        output.commit(produced)
        guard result == 0 else { return .decoded }
        inFrame = false
        return .segmentEnded
    }

    private func beginFrame(_ input: CompressedInput, _ output: DecodedStream) throws(ObjectStoreError) -> DecodingStep?
    {
        let bytes = input.bytes
        if bytes.starts(with: magic) {
            output.beginSegment(at: input.offset)
            return nil
        }
        guard bytes.count >= 8, bytes[0] & 0xf0 == 0x50, bytes[1] == 0x2a, bytes[2] == 0x4d, bytes[3] == 0x18 else {
            return input.isComplete && magic.starts(with: bytes) ? .truncated : .damaged(.foreignCompressedBytes)
        }
        let length = 8 + UInt64(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self)))
        return try input.skip(length) == length ? .segmentEnded : .truncated
    }

    func prove(_ bytes: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer) -> Int? {
        guard let probe = LZ4Decoder.makeContext() else { return nil }
        defer { LZ4F_freeDecompressionContext(probe) }
        var read = 0
        var written = 0
        while written < output.count, read < bytes.count {
            var used = bytes.count - read
            var produced = output.count - written
            let result = LZ4F_decompress(
                probe, output.baseAddress! + written, &produced, bytes.baseAddress! + read, &used, nil)
            if LZ4F_isError(result) != 0 { break }
            read += used
            written += produced
            if result == 0 || (used == 0 && produced == 0) { break }
        }
        return written > 0 ? written : nil
    }
}
