import Glibc
import ObjectStore

/// A file of HTML as a WARC `resource` record, dated by its last modification.
enum HTMLFile {
    /// Names that are taken for HTML in a folder.
    static func isNamedLikeOne(_ name: some StringProtocol) -> Bool {
        let name = name.lowercased()
        return name.hasSuffix(".html") || name.hasSuffix(".htm") || name.hasSuffix(".xhtml")
    }

    static func record(path: String, uri: String, limit: Int) throws(ObjectStoreError) -> WARCRecord {
        let source = try FileByteSource(path: path)
        guard let size = source.totalBytes, size <= UInt64(limit) else {
            throw ObjectStoreError(
                .tooLarge, at: path, "is no file of at most \(limit) bytes: a page is held in memory whole")
        }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Int(size), alignment: 16)
        defer { buffer.deallocate() }
        var filled = 0
        while filled < buffer.count {
            let count = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
            if count == 0 { break }
            filled += count
        }
        let content = buffer[..<filled]
        return WARCWriter.record(
            .resource, uri: uri, date: modified(path).description, contentType: "text/html", block: content)
    }

    private static func modified(_ path: String) -> WARCDate {
        var status = stat()
        guard stat(path, &status) == 0 else { return WARCDate(milliseconds: 0) }
        return WARCDate(milliseconds: Int64(status.st_mtim.tv_sec) * 1000)
    }

    /// `file://` and the absolute path, percent-encoded.
    static func fileURI(_ path: String) -> String {
        let absolute: String
        if let resolved = realpath(path, nil) {
            absolute = String(cString: resolved)
            free(resolved)
        } else {
            absolute = path
        }
        return "file://" + percentEncoded(absolute)
    }

    /// Octets other than RFC 3986's unreserved ones and "/" as %XX.
    static func percentEncoded(_ path: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for byte in path.utf8 {
            if byte.isLetter || byte.isDigit || [45, 46, 47, 95, 126].contains(byte) {
                result.append(byte)
            } else {
                result += [37, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
