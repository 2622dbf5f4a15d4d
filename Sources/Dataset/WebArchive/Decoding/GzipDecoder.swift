import CDeflate
import CZlib
import ObjectStore

/// Decodes gzip members: whole ones with libdeflate, which is about twice as fast, and with zlib as a stream those that
/// do not fit into the buffers or turn out to be damaged.
final class GzipDecoder: SegmentDecoder {
    let magic = GzipMember.magic
    /// A member that inflates to more than this is streamed.
    private static let wholeMemberBytes = 8 << 20

    private let whole = libdeflate_alloc_decompressor()
    private var stream = z_stream()
    private var streamReady = false
    private var inflating = false
    private var checksum: UInt = 0
    private var length: UInt32 = 0

    deinit {
        if let whole { libdeflate_free_decompressor(whole) }
        if streamReady { inflateEnd(&stream) }
    }

    func reset() { inflating = false }

    func step(_ input: CompressedInput, _ output: DecodedStream) throws(ObjectStoreError) -> DecodingStep {
        if inflating { return try continueMember(input, output) }
        // A small reserve in the buffer makes it likely that the whole member is there.
        try input.fill(128 << 10)
        if input.available == 0 { return .endOfInput }
        var header = GzipMember.header(input.bytes)
        if header == .incomplete && !input.isComplete {
            try input.fill(CompressedInput.capacity)
            header = GzipMember.header(input.bytes)
        }
        guard case .bytes(let headerBytes) = header else {
            return header == .incomplete && input.isComplete ? .truncated : .damaged(.foreignCompressedBytes)
        }
        output.beginSegment(at: input.offset)
        if try inflateWhole(input, output) { return .segmentEnded }
        guard startStream() else { return .damaged(.corruptCompression) }
        input.consume(headerBytes)
        inflating = true
        return .decoded
    }

    /// Inflates the member that the input begins with in one go; false where that is not possible.
    private func inflateWhole(_ input: CompressedInput, _ output: DecodedStream) throws(ObjectStoreError) -> Bool {
        var room = 512 << 10
        var refilled = false
        while true {
            let tail = output.tail(atLeast: room)
            var used = 0
            var produced = 0
            let result = libdeflate_gzip_decompress_ex(
                whole, input.pointer, input.available, tail.baseAddress, tail.count, &used, &produced)
            switch result {
            case LIBDEFLATE_SUCCESS:
                output.commit(produced)
                input.consume(used)
                return true
            case LIBDEFLATE_INSUFFICIENT_SPACE where tail.count < GzipDecoder.wholeMemberBytes:
                room = min(GzipDecoder.wholeMemberBytes, tail.count * 4)
            case LIBDEFLATE_BAD_DATA where !refilled && !input.isComplete && input.available < CompressedInput.capacity:
                // Damaged, or longer than what is in the buffer: fill it and try once more.
                try input.fill(CompressedInput.capacity)
                refilled = true
            default: return false
            }
        }
    }

    private func startStream() -> Bool {
        checksum = 0
        length = 0
        if streamReady { return inflateReset(&stream) == Z_OK }
        streamReady = inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        return streamReady
    }

    private func continueMember(_ input: CompressedInput, _ output: DecodedStream) throws(ObjectStoreError)
        -> DecodingStep
    {
        guard try input.fill(1) else { return .truncated }
        let tail = output.tail(atLeast: 256 << 10)
        let room = min(tail.count, 1 << 20)
        stream.next_in = input.pointer.assumingMemoryBound(to: UInt8.self)
        stream.avail_in = UInt32(input.available)
        stream.next_out = tail.baseAddress!.assumingMemoryBound(to: UInt8.self)
        stream.avail_out = UInt32(room)
        let result = inflate(&stream, Z_NO_FLUSH)
        let produced = room - Int(stream.avail_out)
        input.consume(input.available - Int(stream.avail_in))
        checksum = UInt(libdeflate_crc32(UInt32(checksum), tail.baseAddress, produced))
        length &+= UInt32(truncatingIfNeeded: produced)
        output.commit(produced)
        switch result {
        case Z_OK: return .decoded
        case Z_STREAM_END: return try endMember(input)
        case Z_BUF_ERROR where input.isComplete && input.available == 0: return .truncated
        case Z_BUF_ERROR: return .decoded
        default: return .damaged(.corruptCompression)
        }
    }

    private func endMember(_ input: CompressedInput) throws(ObjectStoreError) -> DecodingStep {
        inflating = false
        guard try input.fill(GzipMember.trailerBytes) else {
            input.consume(input.available)
            return .truncated
        }
        let bytes = input.bytes
        let storedChecksum = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt32.self))
        let storedLength = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
        input.consume(GzipMember.trailerBytes)
        return storedChecksum == UInt32(checksum) && storedLength == length
            ? .segmentEnded : .damaged(.checksumMismatch)
    }

    func prove(_ bytes: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer) -> Int? {
        guard case .bytes(let headerBytes) = GzipMember.header(bytes), bytes.count > headerBytes else { return nil }
        var probe = z_stream()
        guard inflateInit2_(&probe, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
        defer { inflateEnd(&probe) }
        probe.next_in = UnsafeMutablePointer(
            mutating: (bytes.baseAddress! + headerBytes).assumingMemoryBound(to: UInt8.self))
        probe.avail_in = UInt32(bytes.count - headerBytes)
        probe.next_out = output.baseAddress!.assumingMemoryBound(to: UInt8.self)
        probe.avail_out = UInt32(output.count)
        let result = inflate(&probe, Z_SYNC_FLUSH)
        // Damage further on in the member does not matter: what it begins with is what counts.
        guard result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR || result == Z_DATA_ERROR else {
            return nil
        }
        let produced = output.count - Int(probe.avail_out)
        return produced > 0 ? produced : nil
    }
}
