extension ArchiveRecord {
    /// One complete WARC record: the source's bytes as they are, where they are one; otherwise with what is wrong put right.
    ///
    /// Put right are a Content-Length that is not the block's, a header that does not end, and a separator that is missing. A record of which a part is
    /// missing then says so by `WARC-Truncated: unspecified`, unless it says something already. ``WARCRecord/parse(_:)`` reads the result back.
    public func warcBytes() -> [UInt8] { record.completed(isCut: isCut) }
}

extension WARCRecord {
    private static let separator: [UInt8] = [13, 10, 13, 10]

    func completed(isCut: Bool = false) -> [UInt8] {
        let length = ContentLength(headers.bytes("Content-Length"))
        let headerIsComplete = blockRange.lowerBound > 0 && bytes[blockRange.lowerBound - 1] == 10
        if length == .bytes(UInt64(blockRange.count)), headerIsComplete {
            if bytes[blockRange.upperBound...].elementsEqual(WARCRecord.separator) { return bytes }
            return bytes[..<blockRange.upperBound] + WARCRecord.separator
        }
        var fields: [(name: [UInt8], value: [UInt8])] = []
        for (name, value) in headers.pairs where !name.utf8.equalsIgnoringCase("content-length") {
            fields.append((Array(name.utf8), Array(value.utf8)))
        }
        if isCut, headers["WARC-Truncated"] == nil {
            fields.append((Array("WARC-Truncated".utf8), Array("unspecified".utf8)))
        }
        return WARCWriter.assemble(fields, block: block).bytes
    }
}
