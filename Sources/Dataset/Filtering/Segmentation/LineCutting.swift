/// The ways in which the filters cut a text into lines and paragraphs.
enum LineCutting {
    /// `text.split("\n")`: also the empty lines, and one after a last "\n".
    static func newlineLines(_ bytes: UnsafeBufferPointer<UInt8>) -> [Line] {
        var lines: [Line] = []
        var start = 0
        for index in 0..<bytes.count where bytes[index] == 0x0A {
            lines.append(line(bytes, start..<index))
            start = index + 1
        }
        lines.append(line(bytes, start..<bytes.count))
        return lines
    }

    static func line(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Line {
        Line(
            range: range, scalarCount: UTF8Reading.scalarCount(bytes, range),
            hash: HashMixing.bytes(bytes, range),
            isBlank: UTF8Reading.trimmingStart(bytes, range).isEmpty)
    }

    /// Python's `splitlines()`: at \n, \r, \r\n, \v, \f, U+001C–U+001E, U+0085, U+2028, U+2029; no line after a last one.
    static func universalLines(_ bytes: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        var lines: [Range<Int>] = []
        var start = 0
        var index = 0
        while index < bytes.count {
            let length = breakLength(bytes, at: index)
            if length > 0 {
                lines.append(start..<index)
                index += length
                start = index
            } else {
                index += 1
            }
        }
        if start < bytes.count { lines.append(start..<bytes.count) }
        return lines
    }

    /// How many bytes the line break that starts here has; 0 if none does.
    @inline(__always)
    private static func breakLength(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Int {
        let byte = bytes[index]
        if byte > 0x1E && byte != 0xC2 && byte != 0xE2 { return 0 }
        switch byte {
        case 0x0A, 0x0B, 0x0C, 0x1C, 0x1D, 0x1E:
            return 1
        case 0x0D:
            return index + 1 < bytes.count && bytes[index + 1] == 0x0A ? 2 : 1
        case 0xC2:
            return index + 1 < bytes.count && bytes[index + 1] == 0x85 ? 2 : 0
        case 0xE2:
            return index + 2 < bytes.count && bytes[index + 1] == 0x80 && bytes[index + 2] & 0xFE == 0xA8 ? 3 : 0
        default:
            return 0
        }
    }

    /// `re.split(r"\n{2,}", text.strip())`.
    static func paragraphs(_ bytes: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        let whole = UTF8Reading.trimming(bytes, 0..<bytes.count)
        var paragraphs: [Range<Int>] = []
        var start = whole.lowerBound
        var index = whole.lowerBound
        while index < whole.upperBound {
            guard bytes[index] == 0x0A else {
                index += 1
                continue
            }
            var end = index
            while end < whole.upperBound, bytes[end] == 0x0A { end += 1 }
            if end - index > 1 {
                paragraphs.append(start..<index)
                start = end
            }
            index = end
        }
        paragraphs.append(start..<whole.upperBound)
        return paragraphs
    }
}
