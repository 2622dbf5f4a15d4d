import CZstd
import ObjectStore

/// The dictionary with which all frames of a `.warc.zst` file are compressed.
///
/// The file then begins with a skippable frame (WARC-Zstandard 1.0, by IIPC):
///
///     5d 2a 4d 18, length u32 little endian, dictionary: raw, or itself one zstd frame (then it begins with 28 b5 2f fd)
final class ZstdDictionary {
    static let magic: [UInt8] = [0x5d, 0x2a, 0x4d, 0x18]
    /// Far more than any tool makes (zstd's own default is 110 KiB).
    static let maximumBytes = 16 << 20
    let handle: OpaquePointer

    /// Nil where the bytes are no dictionary.
    init?(_ bytes: [UInt8]) {
        var raw = bytes
        if bytes.starts(with: ZstdDecoder.frameMagic) {
            guard let unpacked = ZstdDecoder.unpack(bytes, limit: ZstdDictionary.maximumBytes) else { return nil }
            raw = unpacked
        }
        guard let handle = raw.withUnsafeBytes({ ZSTD_createDDict($0.baseAddress, $0.count) }) else { return nil }
        self.handle = handle
    }

    deinit { ZSTD_freeDDict(handle) }

    /// Reads the dictionary that the file begins with, if it does.
    static func read(_ input: CompressedInput) throws(ObjectStoreError) -> ZstdDictionary? {
        guard try input.fill(8), input.bytes.starts(with: magic) else { return nil }
        let count = Int(UInt32(littleEndian: input.bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self)))
        guard count <= maximumBytes else { return nil }
        input.consume(8)
        var bytes: [UInt8] = []
        while bytes.count < count, try input.fill(1) {
            let step = min(input.available, count - bytes.count)
            bytes.append(contentsOf: input.bytes[..<step])
            input.consume(step)
        }
        return bytes.count == count ? ZstdDictionary(bytes) : nil
    }
}

/// Decodes zstd frames (RFC 8878) and passes over skippable ones (5? 2a 4d 18, length u32, bytes).
final class ZstdDecoder: SegmentDecoder {
    static let frameMagic: [UInt8] = [0x28, 0xb5, 0x2f, 0xfd]
    let magic = ZstdDecoder.frameMagic
    private let dictionary: ZstdDictionary?
    private let context = ZSTD_createDCtx()
    private var inFrame = false

    init(_ dictionary: ZstdDictionary?) {
        self.dictionary = dictionary
        if let dictionary { ZSTD_DCtx_refDDict(context, dictionary.handle) }
    }

    deinit { ZSTD_freeDCtx(context) }

    func reset() {
        inFrame = false
        ZSTD_DCtx_reset(context, ZSTD_reset_session_only)
    }

    func step(_ input: CompressedInput, _ output: DecodedStream) throws(ObjectStoreError) -> DecodingStep {
        try input.fill(inFrame ? 1 : 64 << 10)
        if input.available == 0 { return inFrame ? .truncated : .endOfInput }
        if !inFrame {
            if let ended = try beginFrame(input, output) { return ended }
            inFrame = true
        }
        let tail = output.tail(atLeast: 256 << 10)
        var source = ZSTD_inBuffer(src: input.pointer, size: input.available, pos: 0)
        var target = ZSTD_outBuffer(dst: tail.baseAddress, size: min(tail.count, 1 << 20), pos: 0)
        let result = ZSTD_decompressStream(context, &target, &source)
        input.consume(source.pos)
        output.commit(target.pos)
        if ZSTD_isError(result) != 0 { return .damaged(.corruptCompression) }
        guard result == 0 else { return .decoded }
        inFrame = false
        return .segmentEnded
    }

    /// Passes over skippable frames; a step is returned where no frame to decode begins here.
    private func beginFrame(_ input: CompressedInput, _ output: DecodedStream) throws(ObjectStoreError) -> DecodingStep?
    {
        let bytes = input.bytes
        if bytes.starts(with: magic) {
            output.beginSegment(at: input.offset)
            return nil
        }
        guard bytes.count >= 8 else {
            return input.isComplete && (magic.starts(with: bytes) || bytes[0] & 0xf0 == 0x50)
                ? .truncated : .damaged(.foreignCompressedBytes)
        }
        guard bytes[0] & 0xf0 == 0x50, bytes[1] == 0x2a, bytes[2] == 0x4d, bytes[3] == 0x18 else {
            return .damaged(.foreignCompressedBytes)
        }
        let length = 8 + UInt64(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self)))
        return try input.skip(length) == length ? .segmentEnded : .truncated
    }

    func prove(_ bytes: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer) -> Int? {
        guard let probe = ZSTD_createDCtx() else { return nil }
        defer { ZSTD_freeDCtx(probe) }
        if let dictionary { ZSTD_DCtx_refDDict(probe, dictionary.handle) }
        var source = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
        var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        while target.pos < target.size {
            let before = (source.pos, target.pos)
            let result = ZSTD_decompressStream(probe, &target, &source)
            if ZSTD_isError(result) != 0 || result == 0 || (source.pos, target.pos) == before { break }
        }
        return target.pos > 0 ? target.pos : nil
    }

    /// Decodes one frame held in memory; nil if it is damaged or larger than `limit`.
    static func unpack(_ bytes: [UInt8], limit: Int) -> [UInt8]? {
        guard let context = ZSTD_createDCtx() else { return nil }
        defer { ZSTD_freeDCtx(context) }
        var result: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 128 << 10)
        return bytes.withUnsafeBytes { compressed in
            var source = ZSTD_inBuffer(src: compressed.baseAddress, size: compressed.count, pos: 0)
            while true {
                let (status, count) = piece.withUnsafeMutableBytes { buffer in
                    var target = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
                    let status = ZSTD_decompressStream(context, &target, &source)
                    return (status, target.pos)
                }
                guard ZSTD_isError(status) == 0, result.count + count <= limit else { return nil }
                result.append(contentsOf: piece[..<count])
                if status == 0 { return result }
                if count == 0 && source.pos == source.size { return nil }
            }
        }
    }
}
