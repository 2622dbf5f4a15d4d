import Glibc
import ObjectStore

/// The decoded bytes of an archive through one sliding buffer, with a note of where each segment began.
///
/// Decoding stops at damage as if the file ended there (`runEnd`); `crossDamage` then finds where it goes on. So whoever looks at
/// the buffer never sees bytes of both sides of a hole side by side.
/// Unsafe corner: `base` is owned here; pointers into it are valid until the next call that fills or consumes.
final class DecodedStream {
    /// Why no more bytes come for now.
    enum RunEnd: Equatable {
        case open, end, truncated
        case damaged(ArchiveDamage.Kind)
    }

    private struct Segment {
        let decodedOffset: UInt64
        let fileOffset: UInt64
    }

    private static let usualCapacity = 1 << 20

    let input: CompressedInput
    private let decoder: any SegmentDecoder
    private let isPlain: Bool
    private var base = UnsafeMutableRawPointer.allocate(byteCount: DecodedStream.usualCapacity, alignment: 64)
    private var capacity = DecodedStream.usualCapacity
    private var start = 0
    private var end = 0
    /// Decoded bytes before `start`, counted from where this stream was opened.
    private(set) var offset: UInt64 = 0
    private var segments: [Segment] = []
    private var betweenSegments = true
    /// Where the segment that is being decoded begins in the file.
    private var currentSegmentOffset: UInt64 = 0
    private(set) var runEnd = RunEnd.open

    init(_ input: CompressedInput, format: ArchiveFormat, dictionary: ZstdDictionary?) {
        self.input = input
        isPlain = format == .plain
        decoder =
            switch format {
            case .plain: PlainDecoder()
            case .gzip: GzipDecoder()
            case .zstd: ZstdDecoder(dictionary)
            case .lz4: LZ4Decoder()
            }
    }

    deinit { base.deallocate() }

    // MARK: Looking and consuming

    var available: Int { end - start }
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base + start, count: end - start) }

    /// Decodes until `count` bytes are in the buffer; false where the run ends before.
    @discardableResult
    func ensure(_ count: Int) throws(ObjectStoreError) -> Bool {
        while end - start < count {
            guard runEnd == .open else { return false }
            try advance()
        }
        return true
    }

    /// Whether a segment ends exactly with the bytes that are in the buffer.
    var endsWithSegment: Bool { betweenSegments && !isPlain }

    func consume(_ count: Int) {
        start += count
        offset += UInt64(count)
        if start == end {
            start = 0
            end = 0
            // What one huge record needed is given back.
            if capacity > 16 << 20 {
                base.deallocate()
                capacity = DecodedStream.usualCapacity
                base = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 64)
            }
        }
        while segments.count > 1 && segments[1].decodedOffset <= offset { segments.removeFirst() }
    }

    /// Whether a segment begins `distance` bytes from here.
    func segmentBegins(at distance: Int) -> Bool {
        guard !isPlain else { return false }
        let target = offset + UInt64(distance)
        let index = segmentIndex(after: target) - 1
        return index >= 0 && segments[index].decodedOffset == target
    }

    /// Whether the segment in which the run ended holds bytes before this place, and nothing but line ends behind it.
    var lastSegmentIsBehind: Bool {
        guard let last = segments.last, runEnd != .open else { return false }
        return last.decodedOffset < offset && bytes.allSatisfy(\.isLineEnd)
    }

    /// Where, after `distance` bytes from here, the next segment begins in the bytes decoded so far.
    func nextSegmentStart(after distance: Int) -> Int? {
        let index = segmentIndex(after: offset + UInt64(distance))
        return index < segments.count ? Int(segments[index].decodedOffset - offset) : nil
    }

    /// The first segment that begins after `target`, by halving: it is asked for at every line of a damaged record.
    private func segmentIndex(after target: UInt64) -> Int {
        var (low, high) = (0, segments.count)
        while low < high {
            let middle = (low + high) / 2
            if segments[middle].decodedOffset > target { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// Where in the file reading must be taken up to begin `distance` bytes from here.
    func filePosition(after distance: Int = 0) -> (fileOffset: UInt64, skip: UInt64) {
        let target = offset + UInt64(distance)
        if distance == available && endsWithSegment && runEnd == .open { return (input.offset, 0) }
        let index = segmentIndex(after: target) - 1
        guard index >= 0 else { return (input.offset, 0) }
        let segment = segments[index]
        let skip = target - segment.decodedOffset
        return isPlain ? (segment.fileOffset + skip, 0) : (segment.fileOffset, skip)
    }

    // MARK: Decoding

    private func advance() throws(ObjectStoreError) {
        switch try decoder.step(input, self) {
        case .decoded: break
        case .segmentEnded: betweenSegments = true
        case .endOfInput: runEnd = .end
        case .truncated: runEnd = .truncated
        case .damaged(let kind): runEnd = .damaged(kind)
        }
    }

    /// Called by decoders: the next bytes committed belong to a segment that begins at `fileOffset`.
    func beginSegment(at fileOffset: UInt64) {
        betweenSegments = false
        currentSegmentOffset = fileOffset
        let decodedOffset = offset + UInt64(end - start)
        if let last = segments.last, last.decodedOffset == decodedOffset { segments.removeLast() }
        // Bounded, lest a file of tiny members fill the memory with notes. A position then skips over more than one segment.
        guard segments.count < 4096 else { return }
        segments.append(Segment(decodedOffset: decodedOffset, fileOffset: fileOffset))
    }

    /// Called by decoders: free memory behind the decoded bytes, at least `count` of it.
    func tail(atLeast count: Int) -> UnsafeMutableRawBufferPointer {
        if capacity - end < count {
            let held = end - start
            if held + count <= capacity {
                memmove(base, base + start, held)
            } else {
                var larger = capacity
                while larger < held + count { larger *= 2 }
                let moved = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 64)
                memcpy(moved, base + start, held)
                base.deallocate()
                base = moved
                capacity = larger
            }
            start = 0
            end = held
        }
        return UnsafeMutableRawBufferPointer(start: base + end, count: capacity - end)
    }

    /// Called by decoders: `count` bytes of the tail are now decoded bytes.
    func commit(_ count: Int) { end += count }

    // MARK: Damage

    /// Goes on behind damage: from the place where decoding failed, at the next segment that begins with a record.
    /// Returns the compressed bytes passed over.
    func crossDamage() throws(ObjectStoreError) -> UInt64 {
        guard case .damaged(let kind) = runEnd else { return 0 }
        decoder.reset()
        runEnd = .open
        betweenSegments = true
        let failedAt = input.offset
        let begunAt = currentSegmentOffset
        // With a wrong checksum the end may be right all the same: then the next segment follows, whatever it begins with.
        try input.fill(decoder.magic.count)
        let endIsRight = kind == .checksumMismatch && (input.available == 0 || input.bytes.starts(with: decoder.magic))
        if kind != .foreignCompressedBytes {
            // A decoder may run on into the next member before it notices: look a little further back than where it did.
            let back = failedAt > 32 << 10 ? failedAt - (32 << 10) : 0
            try input.move(to: max(begunAt + 1, back))
        }
        try findSegment(orAt: endIsRight ? failedAt : nil)
        return input.offset > failedAt ? input.offset - failedAt : 0
    }

    /// Moves the input to the next segment that can be proved to begin with a record, to `fallback` where none does before it, or to the end.
    private func findSegment(orAt fallback: UInt64?) throws(ObjectStoreError) {
        let magic = decoder.magic
        let probe = UnsafeMutableRawBufferPointer.allocate(byteCount: 8 << 10, alignment: 16)
        defer { probe.deallocate() }
        while try input.fill(magic.count) {
            let bytes = input.bytes
            guard let found = memchr(bytes.baseAddress!, Int32(magic[0]), bytes.count) else {
                input.consume(bytes.count)
                continue
            }
            input.consume(UnsafeRawPointer(found) - bytes.baseAddress!)
            if let fallback, input.offset >= fallback { return try input.move(to: fallback) }
            // Enough for what a segment begins with: a long name in its header and the first block.
            try input.fill(128 << 10)
            if input.bytes.starts(with: magic), let count = decoder.prove(input.bytes, probe),
                RecordStart.begins(UnsafeRawBufferPointer(rebasing: probe[..<count]), family: .unknown)
            {
                return
            }
            input.consume(1)
        }
        input.consume(input.available)
        if let fallback { try input.move(to: fallback) }
    }
}
