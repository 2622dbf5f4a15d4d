import Glibc
import ObjectStore

extension ArchiveReader {
    /// Reads the record that begins here; nil if none does.
    func readRecord() throws(ObjectStoreError) -> ArchiveRecord? {
        try stream.ensure(128)
        if family != .arc, RecordStart.isWARC(stream.bytes) {
            family = .warc
            return try readWARCRecord()
        }
        guard family != .warc else { return nil }
        return try readARCRecord()
    }

    // MARK: WARC

    private func readWARCRecord() throws(ObjectStoreError) -> ArchiveRecord? {
        let position = position(after: 0)
        guard let header = try readHeader() else { return try headerWithoutEnd(position) }
        let declared = stream.bytes.contentLength(header.fields)
        let extent = try measure(headerBytes: header.bytes, declared: declared, position)
        return finish(extent, fields: header.fields, position)
    }

    private func readHeader() throws(ObjectStoreError) -> (bytes: Int, fields: [HeaderFields.Field])? {
        var wanted = 1024
        while true {
            let more = try stream.ensure(wanted)
            let bytes = stream.bytes
            var scanner = HeaderScanner()
            let line = bytes.firstNewline.map { $0 + 1 } ?? bytes.count
            let visible = UnsafeRawBufferPointer(rebasing: bytes[..<min(bytes.count, limits.headerBytes)])
            if let end = scanner.scan(visible, from: min(line, visible.count)) { return (end, scanner.fields) }
            guard more, bytes.count < limits.headerBytes else { return nil }
            wanted = max(bytes.count, wanted) * 4
        }
    }

    /// A header that does not end: over the limit, or cut off with the file. Its beginning is delivered if it says what it is.
    private func headerWithoutEnd(_ position: ArchivePosition) throws(ObjectStoreError) -> ArchiveRecord? {
        let overLimit = stream.available >= limits.headerBytes
        let count = min(stream.available, limits.headerBytes)
        let bytes = Array(stream.bytes[..<count])
        var scanner = HeaderScanner()
        _ = bytes.withUnsafeBytes { scanner.scan($0, from: $0.firstNewline.map { $0 + 1 } ?? $0.count) }
        let record = WARCRecord(bytes: bytes, fields: scanner.fields, blockRange: count..<count)
        guard record.headers["WARC-Type"] != nil else {
            return nil
        }
        stream.consume(count)
        // What is left of a header over the limit begins no record, and is reported as such when it is passed over.
        let kind = overLimit ? .headerOverLimit : runDamage ?? .truncated
        if !overLimit { runEndReported = true }
        let damage = report(kind, at: position.fileOffset, lost: 0)
        return ArchiveRecord(
            record: record, origin: .warc, position: position, sourceBytes: UInt64(count), damages: [damage])
    }

    private func finish(_ extent: Extent, fields: [HeaderFields.Field], _ position: ArchivePosition) -> ArchiveRecord {
        ArchiveRecord(
            record: WARCRecord(bytes: extent.bytes, fields: fields, blockRange: extent.blockRange), origin: .warc,
            position: position, sourceBytes: extent.sourceBytes, damages: extent.damages)
    }

    // MARK: ARC

    private func readARCRecord() throws(ObjectStoreError) -> ArchiveRecord? {
        var wanted = 1024
        while try stream.ensure(wanted), stream.bytes.firstNewline == nil, wanted <= ARCLine.maximumBytes {
            wanted *= 4
        }
        guard let newline = stream.bytes.firstNewline,
            let line = ARCLine(UnsafeRawBufferPointer(rebasing: stream.bytes[..<newline]), strict: ordinal > 0)
        else { return nil }
        family = .arc
        let position = position(after: 0)
        let declared = line.length.map { ContentLength.bytes($0) } ?? .invalid
        let extent = try measure(headerBytes: newline + 1, declared: declared, position)
        return ArchiveRecord(
            record: ARCConversion.record(line, source: extent.bytes, block: extent.blockRange), origin: .arc,
            position: position,
            sourceBytes: extent.sourceBytes, damages: extent.damages)
    }
}

extension UnsafeRawBufferPointer {
    var firstNewline: Int? {
        guard count > 0, let baseAddress, let found = memchr(baseAddress, 10, count) else { return nil }
        return UnsafeRawPointer(found) - baseAddress
    }

    /// What the first Content-Length among `fields` says.
    func contentLength(_ fields: [HeaderFields.Field]) -> ContentLength {
        for field in fields where field.nameEnd - field.nameStart == 14 {
            let name = self[Int(field.nameStart)..<Int(field.nameEnd)]
            guard name.equalsIgnoringCase("content-length") else { continue }
            return .init(
                number: ContentLength.number(
                    UnsafeRawBufferPointer(rebasing: self[Int(field.valueStart)..<Int(field.valueEnd)])))
        }
        return .missing
    }
}

extension ContentLength {
    init(number: UInt64?) { self = number.map { .bytes($0) } ?? .invalid }
}
