import CLZ4
import CSnappy
import CZlib
import CZstd

/// Unpacks the records of batches, within limits. Contexts are made when first needed and reused. One thread at a time.
final class Decompressor {
    let limits: DecompressionLimits
    private let output = GrowableBytes(capacity: 64 << 10)
    private var zstdContext: OpaquePointer?
    private var lz4Context: OpaquePointer?

    init(limits: DecompressionLimits) { self.limits = limits }

    deinit {
        ZSTD_freeDCtx(zstdContext)
        LZ4F_freeDecompressionContext(lz4Context)
    }

    /// The unpacked bytes, which stay valid until the next call.
    func decompress(_ input: UnsafeRawBufferPointer, codec: CompressionCodec) throws(RecordError) -> UnsafeRawBufferPointer {
        output.count = 0
        let bound = limits.bound(forCompressed: input.count)
        switch codec {
        case .none: return input
        case .gzip: try gunzip(input, bound: bound)
        case .snappy: try unsnap(input, bound: bound)
        case .lz4: try unLZ4(input, bound: bound)
        case .zstd: try unZstd(input, bound: bound)
        }
        return output.used
    }

    /// Makes room for more output without passing `bound` by more than the one byte that proves it too small.
    private func makeRoom(bound: Int) throws(RecordError) {
        guard output.count <= bound else { throw .tooLarge(limit: bound) }
        if output.count == output.capacity { output.reserve(min(output.capacity, bound + 1 - output.count)) }
    }

    private func gunzip(_ input: UnsafeRawBufferPointer, bound: Int) throws(RecordError) {
        var stream = z_stream()
        // 15 bits of window, and 16: gzip's wrapping, not zlib's.
        guard inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw .decompressionFailed(.gzip, reason: "out of memory")
        }
        defer { inflateEnd(&stream) }
        stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
        stream.avail_in = UInt32(input.count)
        while true {
            try makeRoom(bound: bound)
            let free = output.free
            stream.next_out = free.baseAddress?.assumingMemoryBound(to: UInt8.self)
            stream.avail_out = UInt32(min(free.count, Int(UInt32.max)))
            let before = Int(stream.avail_out)
            let result = inflate(&stream, Z_NO_FLUSH)
            output.count += before - Int(stream.avail_out)
            switch result {
            case Z_STREAM_END:
                guard output.count <= bound else { throw .tooLarge(limit: bound) }
                // Members may follow one another.
                if stream.avail_in == 0 { return }
                inflateReset(&stream)
            case Z_OK where stream.avail_in > 0 || stream.avail_out == 0: continue
            case Z_OK, Z_BUF_ERROR: throw .decompressionFailed(.gzip, reason: "the stream is cut short")
            default:
                throw .decompressionFailed(.gzip, reason: stream.msg.map { String(cString: $0) } ?? "zlib error \(result)")
            }
        }
    }

    private func unLZ4(_ input: UnsafeRawBufferPointer, bound: Int) throws(RecordError) {
        if lz4Context == nil, LZ4F_isError(LZ4F_createDecompressionContext(&lz4Context, UInt32(LZ4F_VERSION))) != 0 {
            throw .decompressionFailed(.lz4, reason: "out of memory")
        }
        LZ4F_resetDecompressionContext(lz4Context)
        var position = 0
        while true {
            try makeRoom(bound: bound)
            let free = output.free
            var produced = free.count
            var consumed = input.count - position
            let hint = LZ4F_decompress(
                lz4Context, free.baseAddress, &produced, input.baseAddress.map { $0 + position }, &consumed, nil)
            guard LZ4F_isError(hint) == 0 else {
                throw .decompressionFailed(.lz4, reason: String(cString: LZ4F_getErrorName(hint)))
            }
            output.count += produced
            position += consumed
            if hint == 0 && position == input.count {
                guard output.count <= bound else { throw .tooLarge(limit: bound) }
                return
            }
            if produced == 0 && consumed == 0 && output.count < output.capacity {
                throw .decompressionFailed(.lz4, reason: "the frame is cut short")
            }
        }
    }

    private func unZstd(_ input: UnsafeRawBufferPointer, bound: Int) throws(RecordError) {
        if zstdContext == nil {
            zstdContext = ZSTD_createDCtx()
            // A frame may ask for a window of 2 GiB; 64 MiB is more than any writer of batches uses.
            ZSTD_DCtx_setParameter(zstdContext, ZSTD_d_windowLogMax, 26)
        }
        guard let zstdContext else { throw .decompressionFailed(.zstd, reason: "out of memory") }
        ZSTD_DCtx_reset(zstdContext, ZSTD_reset_session_only)
        var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
        while true {
            try makeRoom(bound: bound)
            let free = output.free
            var target = ZSTD_outBuffer(dst: free.baseAddress, size: free.count, pos: 0)
            let before = source.pos
            let result = ZSTD_decompressStream(zstdContext, &target, &source)
            guard ZSTD_isError(result) == 0 else {
                throw .decompressionFailed(.zstd, reason: String(cString: ZSTD_getErrorName(result)))
            }
            output.count += target.pos
            if result == 0 && source.pos == source.size {
                guard output.count <= bound else { throw .tooLarge(limit: bound) }
                return
            }
            if target.pos == 0 && source.pos == before && output.count < output.capacity {
                throw .decompressionFailed(.zstd, reason: "the frame is cut short")
            }
        }
    }

    /// Either one raw snappy block, or xerial's framing (see `XerialFraming`).
    private func unsnap(_ input: UnsafeRawBufferPointer, bound: Int) throws(RecordError) {
        guard XerialFraming.begins(input) else { return try unsnapBlock(input, bound: bound) }
        var position = XerialFraming.headerSize
        while position < input.count {
            guard input.count - position >= 4 else { throw .decompressionFailed(.snappy, reason: "a block is cut short") }
            let length = UInt32(bigEndian: input.loadUnaligned(fromByteOffset: position, as: UInt32.self))
            if length == XerialFraming.magicStart {
                // Another framed stream follows.
                guard input.count - position >= XerialFraming.headerSize else {
                    throw .decompressionFailed(.snappy, reason: "a header is cut short")
                }
                position += XerialFraming.headerSize
                continue
            }
            position += 4
            guard Int(length) <= input.count - position else {
                throw .decompressionFailed(.snappy, reason: "a block is cut short")
            }
            try unsnapBlock(UnsafeRawBufferPointer(rebasing: input[position..<position + Int(length)]), bound: bound)
            position += Int(length)
        }
    }

    private func unsnapBlock(_ input: UnsafeRawBufferPointer, bound: Int) throws(RecordError) {
        let source = input.baseAddress?.assumingMemoryBound(to: CChar.self)
        var length = 0
        guard snappy_uncompressed_length(source, input.count, &length) == SNAPPY_OK else {
            throw .decompressionFailed(.snappy, reason: "a block does not begin with its length")
        }
        guard length <= bound - output.count else { throw .tooLarge(limit: bound) }
        // Snappy expands a byte to at most 64/3: more is a lie, refused before memory is taken for it.
        guard length <= input.count * 22 + 64 else {
            throw .decompressionFailed(.snappy, reason: "a block claims more than it can hold")
        }
        output.reserve(length)
        let target = output.free.baseAddress?.assumingMemoryBound(to: CChar.self)
        guard snappy_uncompress(source, input.count, target, &length) == SNAPPY_OK else {
            throw .decompressionFailed(.snappy, reason: "a block is malformed")
        }
        output.count += length
    }
}
