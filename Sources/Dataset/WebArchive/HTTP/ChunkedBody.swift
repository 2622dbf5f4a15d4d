/// The chunked transfer coding (RFC 9112, 7.1):
///
///     size in hexadecimal, perhaps ";" and extensions, CRLF, so many bytes, CRLF; … ; size 0, CRLF, trailer lines, CRLF
enum ChunkedBody {
    /// A size line is not longer, extensions and all.
    private static let maximumLineBytes = 8 << 10

    /// The chunks' bytes; nil where the body does not begin with a chunk. Trailers are dropped.
    static func decode(_ body: ArraySlice<UInt8>, _ issues: inout [DecodedBody.Issue]) -> [UInt8]? {
        var decoded: [UInt8] = []
        var place = body.startIndex
        var isFirst = true
        while let line = sizeLine(body, place) {
            if line.size == 0 { return decoded }
            if isFirst { decoded.reserveCapacity(body.count) }
            isFirst = false
            let left = body.endIndex - line.end
            if line.size > left {
                decoded.append(contentsOf: body[line.end...])
                issues.append(.chunksCut)
                return decoded
            }
            decoded.append(contentsOf: body[line.end..<line.end + line.size])
            place = line.end + line.size
            if place < body.endIndex, body[place] == 13 { place += 1 }
            if place < body.endIndex, body[place] == 10 { place += 1 }
        }
        if isFirst { return nil }
        issues.append(.chunksCut)
        return decoded
    }

    /// The size that the line at `place` says, and where the line ends.
    private static func sizeLine(_ body: ArraySlice<UInt8>, _ place: Int) -> (size: Int, end: Int)? {
        guard let newline = body[place...].prefix(maximumLineBytes).firstIndex(of: 10) else { return nil }
        var size = 0
        var digits = 0
        var index = place
        while index < newline, let digit = hexadecimal(body[index]) {
            guard size < 1 << 40 else { return nil }
            size = size << 4 | digit
            digits += 1
            index += 1
        }
        // Some servers pad the size with spaces.
        while index < newline, body[index].isSpace || body[index] == 13 { index += 1 }
        guard digits > 0, index == newline || body[index] == UInt8(ascii: ";") else { return nil }
        return (size, newline + 1)
    }

    static func hexadecimal(_ byte: UInt8) -> Int? {
        switch byte {
        case 48...57: Int(byte) - 48
        case 65...70: Int(byte) - 55
        case 97...102: Int(byte) - 87
        default: nil
        }
    }
}
