public import ObjectStore

/// Reads the records of a WARC or ARC file one after the other: gzip, zstd, lz4 or plain, told by its bytes.
///
///     let reader = try ArchiveReader(FileByteSource(path: "CC-MAIN.warc.gz"))
///     while let record = try reader.next() { … }
///     reader.damages.forEach { print($0) }
///
/// Errors are only those of the source (disk, network). Whatever is wrong with the archive is marked on the record concerned, noted in `damages`,
/// and reading goes on at the next record. Thread rule: one thread at a time. Limits: memory is bounded by ``ArchiveLimits``, not by the file.
/// Sources: ISO 28500 (WARC/1.1), the Internet Archive's ARC format, WARC-Zstandard 1.0.
public final class ArchiveReader {
    public let limits: ArchiveLimits
    /// How the file is packed.
    public let format: ArchiveFormat
    /// What was wrong so far, in order; at most the first 10,000 (`damageCount` counts all).
    public private(set) var damages: [ArchiveDamage] = []
    public private(set) var damageCount: UInt64 = 0
    /// Bytes lost so far, as ``ArchiveDamage/lostBytes`` counts them.
    public private(set) var lostBytes: UInt64 = 0

    let stream: DecodedStream
    var family: ArchivePosition.Family
    private(set) var ordinal: UInt64
    private let totalBytes: UInt64?

    /// Opens the archive at its beginning, or where a reader of the same file stood (`resuming`).
    public init(
        _ source: any ByteSource, limits: ArchiveLimits = ArchiveLimits(), resuming position: ArchivePosition = .start
    ) throws(ObjectStoreError) {
        self.limits = limits
        family = position.family
        ordinal = position.ordinal
        totalBytes = source.totalBytes
        // The beginning says how the file is packed, and holds the dictionary, wherever reading starts.
        let input = try CompressedInput(source, at: 0)
        try input.fill(16)
        format = ArchiveFormat(sniffing: input.bytes)
        let dictionary = format == .zstd ? try ZstdDictionary.read(input) : nil
        try input.move(to: position.fileOffset)
        stream = DecodedStream(input, format: format, dictionary: dictionary)
        var skip = position.skip
        while skip > 0, try stream.ensure(1) {
            let step = Int(min(skip, UInt64(stream.available)))
            stream.consume(step)
            skip -= UInt64(step)
        }
    }

    /// Where the next record begins (or what stands before it).
    public var position: ArchivePosition { position(after: 0) }

    func position(after distance: Int) -> ArchivePosition {
        let place = stream.filePosition(after: distance)
        return ArchivePosition(family: family, fileOffset: place.fileOffset, skip: place.skip, ordinal: ordinal)
    }

    /// The next record, or nil at the end of the archive.
    public func next() throws(ObjectStoreError) -> ArchiveRecord? {
        while true {
            try skipSeparators()
            guard stream.available > 0 else {
                guard try crossRunEnd() else { return nil }
                continue
            }
            if let record = try readRecord() {
                ordinal += 1
                consumeSeparatorsAtHand()
                return record
            }
            try skipForeignBytes()
        }
    }

    // MARK: Damage

    /// Notes damage and returns it, to be put on a record.
    @discardableResult
    func report(_ kind: ArchiveDamage.Kind, at fileOffset: UInt64, lost: UInt64) -> ArchiveDamage {
        let damage = ArchiveDamage(kind: kind, fileOffset: fileOffset, lostBytes: lost, recordOrdinal: ordinal)
        damageCount += 1
        lostBytes += lost
        if damages.count < 10_000 { damages.append(damage) }
        return damage
    }

    /// The kind of damage at which decoding stopped, if it did.
    var runDamage: ArchiveDamage.Kind? {
        switch stream.runEnd {
        case .open, .end: nil
        case .truncated: .truncated
        case .damaged(let kind): kind
        }
    }

    /// At the end of what can be decoded in one run: goes on behind the damage; false at the end of the archive.
    private func crossRunEnd() throws(ObjectStoreError) -> Bool {
        guard case .damaged(let kind) = stream.runEnd else {
            if stream.runEnd == .truncated && !runEndReported { report(.truncated, at: stream.input.offset, lost: 0) }
            runEndReported = true
            return false
        }
        let place = stream.input.offset
        let lost = try stream.crossDamage()
        if runEndReported {
            // The record that ran into it carries the damage already; what was passed over is added to the sum alone.
            lostBytes += lost
        } else {
            report(kind, at: place, lost: lost)
        }
        runEndReported = false
        return true
    }

    /// Whether the damage that ends this run is on a record already.
    var runEndReported = false

    // MARK: Between records

    private func consumeSeparatorsAtHand() {
        var count = 0
        let bytes = stream.bytes
        while count < bytes.count, bytes[count].isLineEnd { count += 1 }
        stream.consume(count)
    }

    private func skipSeparators() throws(ObjectStoreError) {
        while true {
            consumeSeparatorsAtHand()
            if stream.available > 0 { return }
            guard try stream.ensure(1) else { return }
        }
    }

    /// Passes over bytes that begin no record, up to the next line (or segment) that does.
    private func skipForeignBytes() throws(ObjectStoreError) {
        let place = stream.filePosition().fileOffset
        var lost: UInt64 = 0
        while true {
            // The first byte is known not to begin one.
            let search = try findRecordStart(from: 1, limit: 1 << 20)
            switch search {
            case .found(let distance):
                stream.consume(distance)
                lost += UInt64(distance)
            case .limitReached(let searched):
                stream.consume(searched)
                lost += UInt64(searched)
                continue
            case .runEnded:
                lost += UInt64(stream.available)
                stream.consume(stream.available)
            }
            break
        }
        report(.foreignBytes, at: place, lost: lost)
    }

    // MARK: Looking for record starts

    enum Search: Equatable {
        /// A record begins so many bytes from here.
        case found(Int)
        /// None begins in so many bytes.
        case limitReached(Int)
        case runEnded
    }

    /// Whether a record begins `distance` bytes from here.
    func recordBegins(at distance: Int) throws(ObjectStoreError) -> Bool {
        // Enough for a version line and the next; an ARC line may be longer.
        var wanted = distance + 128
        while true {
            let more = try stream.ensure(wanted)
            guard stream.available > distance else { return false }
            let bytes = UnsafeRawBufferPointer(rebasing: stream.bytes[distance...])
            if RecordStart.begins(bytes, family: family) { return true }
            if family == .warc || !more || wanted - distance > ARCLine.maximumBytes || bytes.contains(10) {
                return false
            }
            wanted = distance + (wanted - distance) * 4
        }
    }

    /// Searches lines and segments from `start` on for one that begins a record.
    func findRecordStart(from start: Int, limit: Int) throws(ObjectStoreError) -> Search {
        var place = start
        var isLineStart = start == 0
        if start > 0, try stream.ensure(start) { isLineStart = stream.bytes[start - 1] == 10 }
        while true {
            if isLineStart, try mayBegin(at: place), try recordBegins(at: place) { return .found(place) }
            if place >= limit { return .limitReached(place) }
            guard try stream.ensure(place + 1) else { return .runEnded }
            let bytes = stream.bytes
            let newline = UnsafeRawBufferPointer(rebasing: bytes[place...]).firstNewline.map { place + $0 + 1 }
            let segment = stream.nextSegmentStart(after: place)
            isLineStart = true
            switch (newline, segment) {
            case (let newline?, let segment?): place = min(newline, segment)
            case (let newline?, nil): place = newline
            case (nil, let segment?): place = segment
            case (nil, nil):
                place = bytes.count
                // A line goes on beyond what is decoded, unless a segment begins there.
                isLineStart = stream.endsWithSegment
            }
        }
    }

    /// A glance at the first byte, which settles nearly all lines.
    private func mayBegin(at place: Int) throws(ObjectStoreError) -> Bool {
        guard try stream.ensure(place + 1) else { return false }
        let byte = stream.bytes[place]
        return family == .warc ? byte.asciiLowercased == UInt8(ascii: "w") : byte.isLetter
    }

    /// The length of the file where it is known, for lengths that cannot be true.
    var bytesLeftInPlainFile: UInt64? {
        guard format == .plain, let totalBytes else { return nil }
        let place = stream.filePosition().fileOffset
        return totalBytes > place ? totalBytes - place : 0
    }
}
