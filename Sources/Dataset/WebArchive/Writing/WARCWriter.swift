import CDeflate
import ObjectStore

/// Makes WARC/1.1 records: "WARC/1.1" CRLF, "name: value" CRLF for each header, Content-Length last, CRLF, block, CRLF CRLF.
///
/// Line ends in header values become spaces, so that no value can add a header of its own.
public enum WARCWriter {
    /// A record of a standard kind. Without `identifier` the id is derived from kind, URI, date and block.
    public static func record(
        _ kind: RecordKind, uri: String?, date: String, contentType: String?, identifier: String? = nil,
        extraHeaders: [(name: String, value: String)] = [], block: some Collection<UInt8>
    ) -> WARCRecord {
        var headers: [(name: [UInt8], value: [UInt8])] = [(Array("WARC-Type".utf8), Array(kind.rawValue.utf8))]
        func add(_ name: String, _ value: String?) {
            if let value { headers.append((Array(name.utf8), Array(value.utf8))) }
        }
        add("WARC-Target-URI", uri)
        add("WARC-Date", date)
        add("WARC-Record-ID", identifier ?? derivedIdentifier(kind, uri, date, Array(block)))
        add("Content-Type", contentType)
        for (name, value) in extraHeaders where !name.utf8.equalsIgnoringCase("content-length") { add(name, value) }
        return assemble(headers, block: block)
    }

    private static func derivedIdentifier(_ kind: RecordKind, _ uri: String?, _ date: String, _ block: [UInt8])
        -> String
    {
        // The block's digest rather than the block, so that a large one is not copied behind the rest.
        let digest = ContentDigest.hexadecimal(ContentDigest.sha1.digest(of: block))
        return RecordIdentifier.derived(from: Array("\(kind.rawValue)\n\(uri ?? "")\n\(date)\n\(digest)".utf8))
    }

    static func record(_ headers: [(StaticString, [UInt8])], block: some Collection<UInt8>) -> WARCRecord {
        assemble(
            headers.map { (Array(UnsafeBufferPointer(start: $0.utf8Start, count: $0.utf8CodeUnitCount)), $1) },
            block: block)
    }

    static func assemble(_ headers: [(name: [UInt8], value: [UInt8])], block: some Collection<UInt8>) -> WARCRecord {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512 + block.count + headers.reduce(0) { $0 + $1.name.count + $1.value.count + 4 })
        var fields: [HeaderFields.Field] = []
        func line(_ name: [UInt8], _ value: [UInt8]) {
            let nameStart = UInt32(bytes.count)
            bytes.append(contentsOf: name)
            let nameEnd = UInt32(bytes.count)
            bytes.append(contentsOf: ": ".utf8)
            let valueStart = UInt32(bytes.count)
            bytes.append(contentsOf: value.lazy.map { $0.isLineEnd ? 32 : $0 })
            fields.append(
                .init(nameStart: nameStart, nameEnd: nameEnd, valueStart: valueStart, valueEnd: UInt32(bytes.count)))
            bytes.append(contentsOf: "\r\n".utf8)
        }
        bytes.append(contentsOf: "WARC/1.1\r\n".utf8)
        for (name, value) in headers { line(name, value) }
        line(Array("Content-Length".utf8), Array(String(block.count).utf8))
        bytes.append(contentsOf: "\r\n".utf8)
        let start = bytes.count
        bytes.append(contentsOf: block)
        let end = bytes.count
        bytes.append(contentsOf: "\r\n\r\n".utf8)
        return WARCRecord(bytes: bytes, fields: fields, blockRange: start..<end)
    }

    /// `record` as one gzip member, as every tool of the field expects it in a `.warc.gz`.
    public static func gzipMember(_ record: [UInt8], level: Int = 6) -> [UInt8] {
        guard let compressor = libdeflate_alloc_compressor(Int32(max(1, min(level, 12)))) else { return [] }
        defer { libdeflate_free_compressor(compressor) }
        let bound = libdeflate_gzip_compress_bound(compressor, record.count)
        return [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
            count = record.withUnsafeBytes {
                libdeflate_gzip_compress(compressor, $0.baseAddress, $0.count, buffer.baseAddress, bound)
            }
        }
    }
}
