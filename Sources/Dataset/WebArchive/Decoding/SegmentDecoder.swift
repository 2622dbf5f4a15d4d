import ObjectStore

/// What one step of decoding came to.
enum DecodingStep {
    /// Bytes were added; the segment may go on.
    case decoded
    /// The segment is over, and in order.
    case segmentEnded
    /// The file is over, and ended where a segment did.
    case endOfInput
    /// The file is over in the middle of a segment.
    case truncated
    /// What follows cannot be read: `resynchronise` finds where reading can go on.
    case damaged(ArchiveDamage.Kind)
}

/// Decodes the segments of an archive file (gzip members, zstd or lz4 frames), each of which can be decoded on its own.
protocol SegmentDecoder: AnyObject {
    /// Decodes a piece from `input` to the end of `output`, telling it where each segment begins.
    func step(_ input: CompressedInput, _ output: DecodedStream) throws(ObjectStoreError) -> DecodingStep

    /// The first bytes of every segment; empty where there are none (a plain file).
    var magic: [UInt8] { get }

    /// Decodes what the segment beginning at `bytes` begins with, into `output`; the number of bytes, or nil if it is no segment.
    func prove(_ bytes: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer) -> Int?

    /// Forgets a segment begun, so that the next step starts one.
    func reset()
}

/// A file that is not compressed: one segment without end.
final class PlainDecoder: SegmentDecoder {
    let magic: [UInt8] = []
    private var begun = false

    func step(_ input: CompressedInput, _ output: DecodedStream) throws(ObjectStoreError) -> DecodingStep {
        if !begun {
            output.beginSegment(at: input.offset)
            begun = true
        }
        let tail = output.tail(atLeast: 256 << 10)
        let count = try input.readDirect(
            into: UnsafeMutableRawBufferPointer(rebasing: tail[..<min(tail.count, 1 << 20)]))
        output.commit(count)
        return count == 0 ? .endOfInput : .decoded
    }

    func prove(_ bytes: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer) -> Int? { nil }
    func reset() {}
}
