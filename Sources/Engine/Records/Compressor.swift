import CLZ4
import CSnappy
import CZlib
import CZstd

/// Packs the records of batches. Contexts are made when first needed and reused. One thread at a time.
final class Compressor {
    private var zstdContext: OpaquePointer?

    deinit { ZSTD_freeCCtx(zstdContext) }

    /// Adds `input`, packed, to `output`. `level`: the codec's own scale; `nil` for its default.
    func compress(
        _ input: UnsafeRawBufferPointer, codec: CompressionCodec, level: Int32?, into output: GrowableBytes
    ) throws(RecordError) {
        switch codec {
        case .none:
            output.reserve(input.count)
            output.free.copyMemory(from: input)
            output.count += input.count
        case .gzip: try gzip(input, level: level ?? 6, into: output)
        case .snappy: try snap(input, into: output)
        case .lz4: try lz4(input, level: level ?? 0, into: output)
        case .zstd: try zstd(input, level: level ?? 3, into: output)
        }
    }

    private func gzip(_ input: UnsafeRawBufferPointer, level: Int32, into output: GrowableBytes) throws(RecordError) {
        var stream = z_stream()
        guard
            deflateInit2_(
                &stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)
            ) == Z_OK
        else { throw .compressionFailed(.gzip, reason: "level \(level) is not between 0 and 9, or memory is short") }
        defer { deflateEnd(&stream) }
        output.reserve(Int(deflateBound(&stream, UInt(input.count))))
        let free = output.free
        stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
        stream.avail_in = UInt32(input.count)
        stream.next_out = free.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.avail_out = UInt32(min(free.count, Int(UInt32.max)))
        let before = Int(stream.avail_out)
        guard deflate(&stream, Z_FINISH) == Z_STREAM_END else { throw .compressionFailed(.gzip, reason: "deflate failed") }
        output.count += before - Int(stream.avail_out)
    }

    private func snap(_ input: UnsafeRawBufferPointer, into output: GrowableBytes) throws(RecordError) {
        output.reserve(XerialFraming.headerSize)
        output.free.copyBytes(from: XerialFraming.header)
        output.count += XerialFraming.headerSize
        var position = 0
        while position < input.count {
            let block = UnsafeRawBufferPointer(rebasing: input[position..<min(position + XerialFraming.blockSize, input.count)])
            var length = snappy_max_compressed_length(block.count)
            output.reserve(4 + length)
            guard let target = output.free.baseAddress,
                snappy_compress(
                    block.baseAddress?.assumingMemoryBound(to: CChar.self), block.count,
                    (target + 4).assumingMemoryBound(to: CChar.self), &length) == SNAPPY_OK
            else { throw .compressionFailed(.snappy, reason: "snappy failed") }
            target.storeBigEndian(UInt32(length), at: 0)
            output.count += 4 + length
            position += block.count
        }
    }

    private func lz4(_ input: UnsafeRawBufferPointer, level: Int32, into output: GrowableBytes) throws(RecordError) {
        var preferences = LZ4F_preferences_t()
        // What Kafka's Java client can read: blocks that do not refer to each other, of 64 KiB.
        preferences.frameInfo.blockMode = LZ4F_blockIndependent
        preferences.frameInfo.blockSizeID = LZ4F_max64KB
        preferences.compressionLevel = level
        output.reserve(LZ4F_compressFrameBound(input.count, &preferences))
        let free = output.free
        let size = LZ4F_compressFrame(free.baseAddress, free.count, input.baseAddress, input.count, &preferences)
        guard LZ4F_isError(size) == 0 else {
            throw .compressionFailed(.lz4, reason: String(cString: LZ4F_getErrorName(size)))
        }
        output.count += size
    }

    private func zstd(_ input: UnsafeRawBufferPointer, level: Int32, into output: GrowableBytes) throws(RecordError) {
        if zstdContext == nil { zstdContext = ZSTD_createCCtx() }
        guard let zstdContext else { throw .compressionFailed(.zstd, reason: "out of memory") }
        output.reserve(ZSTD_compressBound(input.count))
        let free = output.free
        let size = ZSTD_compressCCtx(zstdContext, free.baseAddress, free.count, input.baseAddress, input.count, level)
        guard ZSTD_isError(size) == 0 else {
            throw .compressionFailed(.zstd, reason: String(cString: ZSTD_getErrorName(size)))
        }
        output.count += size
    }
}
