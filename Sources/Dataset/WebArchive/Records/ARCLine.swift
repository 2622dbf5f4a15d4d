import Glibc

/// The line in front of each document of an ARC file (Internet Archive, "Arc File Format", 1996), fields separated by one space:
///
///     version 1: URL IP-address Archive-date Content-type Archive-length
///     version 2: URL IP-address Archive-date Content-type Result-code Checksum Location Offset Filename Archive-length
///
/// Archive-date is YYYYMMDDhhmmss, Archive-length the bytes that follow the line; one line end separates documents. URLs with spaces and types with
/// spaces occur, so the line is read from the address and date outwards.
struct ARCLine: Equatable {
    var url: Range<Int>
    var address: Range<Int>
    var date: Range<Int>
    var contentType: Range<Int>
    /// Nil where the field is no length.
    var length: UInt64?

    /// Longest line that is looked at.
    static let maximumBytes = 64 << 10

    /// Reads `line` (without its line end). With `strict` only what cannot well be a line of a page is taken.
    init?(_ line: UnsafeRawBufferPointer, strict: Bool = true) {
        guard line.count >= 12, line.count <= ARCLine.maximumBytes, ARCLine.beginsWithScheme(line) else { return nil }
        var end = line.count
        while end > 0, line[end - 1].isSpace || line[end - 1] == 13 { end -= 1 }
        var fields: [Range<Int>] = []
        var start = 0
        for index in 0...end where index == end || line[index] == 32 {
            fields.append(start..<index)
            start = index + 1
            // URLs may hold spaces, but not without end.
            if fields.count > 512 { return nil }
        }
        guard fields.count >= 5 else { return nil }
        for index in stride(from: fields.count - 4, through: 1, by: -1) {
            guard ARCLine.isDate(line, fields[index + 1]), ARCLine.isAddress(line, fields[index]) else { continue }
            self.init(line, fields, addressAt: index)
            return
        }
        // The first line of a file names the file, and is taken with whatever it says.
        guard !strict, line.starts(with: "filedesc:".utf8) else { return nil }
        self.init(line, fields, addressAt: fields.count - 4)
    }

    private init(_ line: UnsafeRawBufferPointer, _ fields: [Range<Int>], addressAt index: Int) {
        url = 0..<fields[index - 1].upperBound
        address = fields[index]
        date = fields[index + 1]
        let isVersion2 = fields.count - index >= 9
        contentType = fields[index + 2].lowerBound..<fields[isVersion2 ? index + 2 : fields.count - 2].upperBound
        length = ARCLine.number(line, fields[fields.count - 1])
    }

    private static func beginsWithScheme(_ line: UnsafeRawBufferPointer) -> Bool {
        guard line[0].isLetter else { return false }
        for index in 1..<min(line.count, 24) {
            let byte = line[index]
            if byte == 58 { return true }
            guard byte.isLetter || byte.isDigit || byte == 43 || byte == 45 || byte == 46 else { return false }
        }
        return false
    }

    private static func isAddress(_ line: UnsafeRawBufferPointer, _ field: Range<Int>) -> Bool {
        if field.count == 1 { return line[field.lowerBound] == 45 }
        guard field.count >= 2, field.count <= 45 else { return false }
        var separators = 0
        for index in field {
            let byte = line[index]
            if byte == 46 || byte == 58 {
                separators += 1
            } else {
                guard byte.isDigit || (byte.asciiLowercased >= 97 && byte.asciiLowercased <= 102) else { return false }
            }
        }
        return separators >= 2
    }

    private static func isDate(_ line: UnsafeRawBufferPointer, _ field: Range<Int>) -> Bool {
        if field.count == 4 { return line[field.lowerBound..<field.upperBound].elementsEqual("null".utf8) }
        return field.count >= 8 && field.count <= 20 && field.allSatisfy { line[$0].isDigit }
    }

    private static func number(_ line: UnsafeRawBufferPointer, _ field: Range<Int>) -> UInt64? {
        ContentLength.number(UnsafeRawBufferPointer(rebasing: line[field]))
    }
}
