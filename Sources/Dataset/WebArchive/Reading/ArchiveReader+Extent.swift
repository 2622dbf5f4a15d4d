import ObjectStore

extension ArchiveReader {
    /// A record taken out of the stream.
    struct Extent {
        /// Header, block and as much of the separator as there was.
        var bytes: [UInt8]
        var blockRange: Range<Int>
        var sourceBytes: UInt64
        var damages: [ArchiveDamage]
    }

    /// Finds where the record that begins here ends, takes it out of the stream and says what is wrong with it.
    ///
    /// The declared length is believed if it ends at a boundary: where a record begins, or the run or segment ends, but for line ends. Only if
    /// not, the block is searched for a line that begins a record: then the length was too long, or too short, or the record is cut.
    func measure(headerBytes: Int, declared: ContentLength, _ position: ArchivePosition) throws(ObjectStoreError)
        -> Extent
    {
        guard case .bytes(let length) = declared else {
            let kind: ArchiveDamage.Kind = declared == .missing ? .contentLengthMissing : .contentLengthInvalid
            return try endAtNextRecord(headerBytes, kind, position)
        }
        if length > UInt64(limits.blockBytes) {
            if let left = bytesLeftInPlainFile, length > left {
                return try endAtNextRecord(headerBytes, .contentLengthInvalid, position)
            }
            return try takeOverLimit(headerBytes, length, position)
        }
        let end = headerBytes + Int(length)
        let isThere = try stream.ensure(end)
        if isThere, let separator = try boundary(at: end) {
            return take(headerBytes, end, separator: separator, position, [])
        }
        let search = try findRecordStart(from: headerBytes, limit: isThere ? end : headerBytes + limits.blockBytes)
        if case .found(let next) = search, next < end {
            let blockEnd = withoutSeparator(next, from: headerBytes)
            return take(
                headerBytes, blockEnd, separator: next - blockEnd, position,
                [(.contentLengthTooLong, UInt64(end - next))])
        }
        guard isThere else {
            // The run ends inside the block.
            return take(
                headerBytes, stream.available, separator: 0, position, [(runDamage ?? .truncated, 0)],
                lost: UInt64(end - stream.available))
        }
        let separator = separatorBytes(at: end)
        if separator.lines >= (family == .arc ? 1 : 2) {
            // Well ended, but followed by bytes that are no record: those are reported when they are passed over.
            return take(headerBytes, end, separator: separator.bytes, position, [])
        }
        return try extend(headerBytes, end, position)
    }

    /// Without a length: up to the next record.
    private func endAtNextRecord(
        _ headerBytes: Int, _ kind: ArchiveDamage.Kind, _ position: ArchivePosition
    ) throws(ObjectStoreError) -> Extent {
        var end: Int
        switch try findRecordStart(from: headerBytes, limit: headerBytes + limits.blockBytes) {
        case .found(let next): end = next
        case .limitReached: end = headerBytes + limits.blockBytes
        case .runEnded: end = stream.available
        }
        let blockEnd = withoutSeparator(end, from: headerBytes)
        return take(headerBytes, blockEnd, separator: end - blockEnd, position, [(kind, 0)])
    }

    /// The block goes on after its declared end: up to the next record, if there is one, otherwise as declared.
    private func extend(_ headerBytes: Int, _ end: Int, _ position: ArchivePosition) throws(ObjectStoreError) -> Extent
    {
        var next: Int
        switch try findRecordStart(from: end, limit: headerBytes + limits.blockBytes) {
        case .found(let place): next = place
        case .runEnded: next = stream.available
        case .limitReached: return take(headerBytes, end, separator: 0, position, [(.contentLengthTooShort, 0)])
        }
        let blockEnd = max(end, withoutSeparator(next, from: headerBytes))
        next = max(next, blockEnd)
        return take(headerBytes, blockEnd, separator: next - blockEnd, position, [(.contentLengthTooShort, 0)])
    }

    /// A block longer than the limit: its beginning is kept, the rest passed over, unless a segment in it begins with a record.
    private func takeOverLimit(
        _ headerBytes: Int, _ length: UInt64, _ position: ArchivePosition
    ) throws(ObjectStoreError) -> Extent {
        let kept = headerBytes + limits.blockBytes
        var taken = headerBytes
        // Segment by segment, so that a record that begins one is not swallowed by a false length.
        while taken < kept {
            guard try stream.ensure(taken + 1) else { break }
            if stream.segmentBegins(at: taken), try recordBegins(at: taken) { break }
            taken = min(stream.nextSegmentStart(after: taken) ?? stream.available, kept)
        }
        var extent = take(headerBytes, min(taken, kept), separator: 0, position, [])
        var left = length - UInt64(min(taken, kept) - headerBytes)
        while left > 0 {
            guard try stream.ensure(1) else { break }
            if stream.segmentBegins(at: 0), try recordBegins(at: 0) { break }
            let next = stream.nextSegmentStart(after: 0) ?? stream.available
            let step = Int(min(left, UInt64(min(next, stream.available))))
            stream.consume(step)
            extent.sourceBytes += UInt64(step)
            left -= UInt64(step)
        }
        let missing = length - UInt64(extent.blockRange.count)
        let kind: ArchiveDamage.Kind =
            left == 0 ? .blockOverLimit : stream.available > 0 ? .contentLengthTooLong : runDamage ?? .truncated
        if left > 0, stream.available == 0 { runEndReported = true }
        extent.damages.append(report(kind, at: position.fileOffset, lost: kind == .contentLengthTooLong ? 0 : missing))
        return extent
    }

    // MARK: Boundaries

    /// If `end` is where a record can end, the bytes of line ends that follow it (at most four are a separator's); nil otherwise.
    private func boundary(at end: Int) throws(ObjectStoreError) -> Int? {
        var after = end
        while true {
            if after == stream.available {
                // Nothing more needs to be decoded where a segment ends here.
                if stream.endsWithSegment && after > end { return min(after - end, 4) }
                guard try stream.ensure(after + 1) else { return min(after - end, 4) }
            }
            guard stream.bytes[after].isLineEnd else { break }
            after += 1
            // Endless line ends separate nothing.
            if after - end > 4096 { break }
        }
        guard try recordBegins(at: after) else { return nil }
        return min(after - end, 4)
    }

    /// The line ends at `place`: how many, and in how many bytes (at most two of them count).
    private func separatorBytes(at place: Int) -> (lines: Int, bytes: Int) {
        var lines = 0
        var index = place
        let bytes = stream.bytes
        while index < bytes.count, lines < 2, bytes[index].isLineEnd {
            if bytes[index] == 10 { lines += 1 }
            index += 1
        }
        return (lines, index - place)
    }

    /// Where the block ends, if the next record begins at `end`: at most the line ends that the format puts between are not of it.
    private func withoutSeparator(_ end: Int, from start: Int) -> Int {
        let bytes = stream.bytes
        var place = end
        for _ in 0..<(family == .arc ? 1 : 2) where place > start && bytes[place - 1] == 10 {
            place -= 1
            if place > start && bytes[place - 1] == 13 { place -= 1 }
        }
        return place
    }

    // MARK: Taking out

    private func take(
        _ headerBytes: Int, _ end: Int, separator: Int, _ position: ArchivePosition,
        _ wrong: [(ArchiveDamage.Kind, UInt64)], lost: UInt64 = 0
    ) -> Extent {
        let bytes = [UInt8](unsafeUninitializedCapacity: end + separator) { buffer, count in
            UnsafeMutableRawBufferPointer(buffer).copyMemory(
                from: UnsafeRawBufferPointer(rebasing: stream.bytes[..<(end + separator)]))
            count = end + separator
        }
        stream.consume(end + separator)
        var damages: [ArchiveDamage] = []
        for (kind, _) in wrong {
            damages.append(report(kind, at: position.fileOffset, lost: lost))
            if kind == runDamage { runEndReported = true }
        }
        if let kind = runDamage, kind != .foreignCompressedBytes, !runEndReported, stream.lastSegmentIsBehind {
            // Whole as it looks, but the member it is in is not.
            damages.append(report(kind, at: position.fileOffset, lost: 0))
            runEndReported = true
        }
        return Extent(bytes: bytes, blockRange: headerBytes..<end, sourceBytes: UInt64(end), damages: damages)
    }
}
