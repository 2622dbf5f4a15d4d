import CBrotli
import CDeflate
import CZlib
import CZstd

/// A content coding (RFC 9110, 8.4.1): gzip (RFC 1952), deflate (RFC 1950, in practice also RFC 1951), br (RFC 7932), zstd (RFC 8878).
enum ContentCoding {
    case gzip, deflate, brotli, zstd

    enum Ending { case whole, cut, overLimit }
    enum Outcome {
        case decoded([UInt8], Ending)
        /// The bytes are not in this coding.
        case notEncoded
    }

    init?(_ name: String) {
        switch name {
        case "gzip", "x-gzip": self = .gzip
        case "deflate", "x-deflate": self = .deflate
        case "br", "x-br": self = .brotli
        case "zstd", "x-zstd": self = .zstd
        default: return nil
        }
    }

    /// Decodes `body` to at most `limit` bytes.
    func decode(_ body: ArraySlice<UInt8>, limit: Int) -> Outcome {
        guard !body.isEmpty else { return .decoded([], .whole) }
        return body.withUnsafeBytes { bytes in
            switch self {
            case .gzip:
                guard bytes.starts(with: [0x1f, 0x8b]) else { return .notEncoded }
                return Self.whole(bytes, limit, gzip: true) ?? Self.inflateStream(bytes, limit, windowBits: 15 + 16)
            case .deflate: return Self.deflated(bytes, limit)
            case .brotli: return Self.brotli(bytes, limit)
            case .zstd:
                guard bytes.starts(with: ZstdDecoder.frameMagic) || ArchiveFormat(sniffing: bytes) == .zstd else {
                    return .notEncoded
                }
                return Self.zstd(bytes, limit)
            }
        }
    }

    // MARK: gzip and deflate

    /// With the zlib header that the standard asks for, or without, as some servers send it.
    private static func deflated(_ bytes: UnsafeRawBufferPointer, _ limit: Int) -> Outcome {
        if bytes.count >= 2, bytes[0] & 0x0f == 8, (Int(bytes[0]) << 8 | Int(bytes[1])) % 31 == 0 {
            if let outcome = whole(bytes, limit, gzip: false) { return outcome }
            let outcome = inflateStream(bytes, limit, windowBits: 15)
            if case .decoded(let content, _) = outcome, !content.isEmpty { return outcome }
        }
        if bytes.starts(with: [0x1f, 0x8b]) { return inflateStream(bytes, limit, windowBits: 15 + 16) }
        let outcome = inflateStream(bytes, limit, windowBits: -15)
        // Nothing marks bare deflate: text that happens to begin like it stays text.
        if case .decoded(_, .cut) = outcome, looksLikeText(bytes) { return .notEncoded }
        return outcome
    }

    /// One call of libdeflate, where the content fits into a first guess and nothing follows it.
    private static func whole(_ bytes: UnsafeRawBufferPointer, _ limit: Int, gzip: Bool) -> Outcome? {
        var guess = min(limit, max(64 << 10, bytes.count * 8))
        if gzip, bytes.count >= 18 {
            // The length at the end is believed as far as deflate could have made it.
            let stored = Int(
                UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: bytes.count - 4, as: UInt32.self)))
            guard stored <= limit, stored <= bytes.count * 1032 else { return nil }
            guess = stored
        }
        guard let decompressor = libdeflate_alloc_decompressor() else { return nil }
        defer { libdeflate_free_decompressor(decompressor) }
        var used = 0
        var isWhole = false
        let content = [UInt8](unsafeUninitializedCapacity: max(1, guess)) { buffer, count in
            var produced = 0
            let result =
                gzip
                ? libdeflate_gzip_decompress_ex(
                    decompressor, bytes.baseAddress, bytes.count, buffer.baseAddress, guess, &used, &produced)
                : libdeflate_zlib_decompress_ex(
                    decompressor, bytes.baseAddress, bytes.count, buffer.baseAddress, guess, &used, &produced)
            isWhole = result == LIBDEFLATE_SUCCESS && used == bytes.count
            count = isWhole ? produced : 0
        }
        return isWhole ? .decoded(content, .whole) : nil
    }

    /// Inflates with zlib, member after member, up to the limit, the end or damage.
    private static func inflateStream(_ bytes: UnsafeRawBufferPointer, _ limit: Int, windowBits: Int32) -> Outcome {
        var stream = z_stream()
        guard inflateInit2_(&stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            return .notEncoded
        }
        defer { inflateEnd(&stream) }
        stream.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress!.assumingMemoryBound(to: UInt8.self))
        stream.avail_in = UInt32(min(bytes.count, Int(UInt32.max)))
        var output = BoundedOutput(limit: limit)
        while true {
            var result = Z_OK
            let produced = output.append { room in
                stream.next_out = room.baseAddress!.assumingMemoryBound(to: UInt8.self)
                stream.avail_out = UInt32(room.count)
                result = inflate(&stream, Z_NO_FLUSH)
                return room.count - Int(stream.avail_out)
            }
            if output.isOverLimit { return output.outcome(.overLimit) }
            switch result {
            case Z_OK where produced > 0 || stream.avail_in > 0: continue
            case Z_STREAM_END:
                // Another member may follow; what is none is padding.
                guard windowBits > 15, stream.avail_in >= 2, stream.next_in[0] == 0x1f, stream.next_in[1] == 0x8b,
                    inflateReset(&stream) == Z_OK
                else { return output.outcome(.whole) }
            case Z_OK, Z_BUF_ERROR: return output.outcome(.cut)
            default: return output.isEmpty ? .notEncoded : output.outcome(.cut)
            }
        }
    }

    // MARK: br and zstd

    private static func brotli(_ bytes: UnsafeRawBufferPointer, _ limit: Int) -> Outcome {
        guard let state = BrotliDecoderCreateInstance(nil, nil, nil) else { return .notEncoded }
        defer { BrotliDecoderDestroyInstance(state) }
        var input: UnsafePointer<UInt8>? = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        var left = bytes.count
        var output = BoundedOutput(limit: limit)
        while true {
            var result = BROTLI_DECODER_RESULT_ERROR
            output.append { room in
                var next: UnsafeMutablePointer<UInt8>? = room.baseAddress!.assumingMemoryBound(to: UInt8.self)
                var free = room.count
                result = BrotliDecoderDecompressStream(state, &left, &input, &free, &next, nil)
                return room.count - free
            }
            if output.isOverLimit { return output.outcome(.overLimit) }
            if result == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT { continue }
            if result == BROTLI_DECODER_RESULT_SUCCESS {
                // Nothing marks brotli either: a stream that is over at once, with text behind it, was none.
                return left > 0 && looksLikeText(bytes) ? .notEncoded : output.outcome(.whole)
            }
            return output.isEmpty && result == BROTLI_DECODER_RESULT_ERROR || looksLikeText(bytes)
                ? .notEncoded : output.outcome(.cut)
        }
    }

    private static func zstd(_ bytes: UnsafeRawBufferPointer, _ limit: Int) -> Outcome {
        guard let context = ZSTD_createDCtx() else { return .notEncoded }
        defer { ZSTD_freeDCtx(context) }
        // RFC 9659 asks for at most 8 MiB; 32 MiB is still a bound.
        ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, 25)
        var source = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
        var output = BoundedOutput(limit: limit)
        while true {
            var result = 0
            let produced = output.append { room in
                var target = ZSTD_outBuffer(dst: room.baseAddress, size: room.count, pos: 0)
                result = ZSTD_decompressStream(context, &target, &source)
                return target.pos
            }
            if output.isOverLimit { return output.outcome(.overLimit) }
            if ZSTD_isError(result) != 0 { return output.isEmpty ? .notEncoded : output.outcome(.cut) }
            if source.pos == source.size, result == 0 { return output.outcome(.whole) }
            if source.pos == source.size, produced == 0 { return output.outcome(.cut) }
        }
    }

    /// Whether the bytes begin as text does, without control characters.
    private static func looksLikeText(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.prefix(256).allSatisfy { $0 >= 32 && $0 != 127 || $0 == 9 || $0 == 10 || $0 == 13 }
    }
}

/// Bytes gathered up to a limit, in pieces whose memory grows with what is really there.
struct BoundedOutput {
    private var bytes: [UInt8] = []
    private let limit: Int
    private(set) var isOverLimit = false
    private var room = 32 << 10

    init(limit: Int) { self.limit = limit }

    var isEmpty: Bool { bytes.isEmpty }

    /// Lets `produce` fill a piece of memory and say how many bytes it wrote.
    @discardableResult
    mutating func append(_ produce: (UnsafeMutableRawBufferPointer) -> Int) -> Int {
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: room, alignment: 16)
        defer { piece.deallocate() }
        let count = produce(piece)
        let kept = min(count, limit - bytes.count)
        if kept < count { isOverLimit = true }
        bytes.append(contentsOf: piece[..<kept])
        room = min(room * 2, 1 << 20)
        return count
    }

    func outcome(_ ending: ContentCoding.Ending) -> ContentCoding.Outcome { .decoded(bytes, ending) }
}
