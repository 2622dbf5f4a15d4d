import Glibc

/// Tells whether bytes begin a record: the one judgement on which finding one's way back after damage rests.
enum RecordStart {
    /// A WARC record begins with a line `WARC/1.1` (any version, any case); an ARC record with an ``ARCLine``.
    /// With `.unknown` both are tried. `bytes` should hold at least the first line and a little of the second.
    static func begins(_ bytes: UnsafeRawBufferPointer, family: ArchivePosition.Family) -> Bool {
        var start = 0
        while start < bytes.count, bytes[start].isLineEnd { start += 1 }
        let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
        switch family {
        case .warc: return isWARC(rest)
        case .arc: return isARC(rest)
        case .unknown: return isWARC(rest) || isARC(rest)
        }
    }

    /// Whether a version line stands here, and a header line (or nothing at all) behind it.
    static func isWARC(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count >= 8 else { return false }
        let magic: StaticString = "warc/"
        for index in 0..<5 where bytes[index].asciiLowercased != magic.utf8Start[index] { return false }
        var index = 5
        var dots = 0
        while index < bytes.count, bytes[index].isDigit || bytes[index] == 46 {
            if bytes[index] == 46 { dots += 1 }
            index += 1
        }
        guard bytes[5].isDigit, dots == 1, index <= 16 else { return false }
        while index < bytes.count, bytes[index].isSpace || bytes[index] == 13 { index += 1 }
        guard index < bytes.count else { return true }
        guard bytes[index] == 10 else { return false }
        // A page that quotes the line by itself is no record: a header line must follow, so far as it can be seen.
        for next in bytes[(index + 1)...].prefix(64) {
            if next == 58 { return true }
            guard next > 32, next < 127 else { return next.isLineEnd && bytes[(index + 1)...].first?.isLineEnd == true }
        }
        return true
    }

    static func isARC(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let base = bytes.baseAddress, bytes.count > 0, bytes[0].isLetter else { return false }
        guard let newline = memchr(base, 10, min(bytes.count, ARCLine.maximumBytes)) else { return false }
        return ARCLine(UnsafeRawBufferPointer(rebasing: bytes[..<(UnsafeRawPointer(newline) - base)])) != nil
    }
}
