import Glibc

/// The ways in which the filters cut a text into lines and paragraphs.
enum LineCutting {
    /// `text.split("\n")`: also the empty lines, and one after a last "\n".
    static func newlineLines(_ bytes: UnsafeBufferPointer<UInt8>) -> [Line] {
        guard let base = bytes.baseAddress else { return [line(bytes, 0..<0)] }
        var lines: [Line] = []
        var start = 0
        while let found = memchr(base + start, 0x0A, bytes.count - start) {
            let end = UnsafeRawPointer(found) - UnsafeRawPointer(base)
            lines.append(line(bytes, start..<end))
            start = end + 1
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

    /// The same as `universalLines` from a text's lines, where "\n" is the only line break in it.
    static func universalLines(withoutRareBreaks lines: [Line]) -> [Range<Int>] {
        let isLastEmpty = lines.last?.range.isEmpty ?? true
        return lines.dropLast(isLastEmpty ? 1 : 0).map(\.range)
    }

    /// Python's `splitlines()`: at \n, \r, \r\n, \v, \f, U+001C–U+001E, U+0085, U+2028, U+2029; no line after a last one.
    static func universalLines(_ bytes: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var start = 0
        var index = 0
        while index < bytes.count {
            let length = breakLength(bytes, at: index)
            if length > 0 {
                found.append(start..<index)
                index += length
                start = index
            } else {
                index += 1
            }
        }
        if start < bytes.count { found.append(start..<bytes.count) }
        return found
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

    /// `re.split(r"\n{2,}", text.strip())`: rows of lines between empty ones.
    ///
    /// - Parameter lines: the same text cut at "\n".
    static func paragraphs(_ bytes: UnsafeBufferPointer<UInt8>, lines: [Line]) -> [Line] {
        let whole = UTF8Reading.trimming(bytes, 0..<bytes.count)
        var paragraphs: [Line] = []
        var first: Int?
        for (index, line) in lines.enumerated() {
            if line.range.isEmpty {
                if let start = first { paragraphs.append(paragraph(bytes, lines[start..<index], whole)) }
                first = nil
            } else if first == nil, line.range.upperBound > whole.lowerBound, line.range.lowerBound < whole.upperBound {
                first = index
            }
        }
        if let start = first { paragraphs.append(paragraph(bytes, lines[start...], whole)) }
        return paragraphs.isEmpty ? [line(bytes, whole)] : paragraphs
    }

    private static func paragraph(
        _ bytes: UnsafeBufferPointer<UInt8>, _ lines: ArraySlice<Line>, _ whole: Range<Int>
    ) -> Line {
        let first = lines[lines.startIndex]
        let last = lines[lines.endIndex - 1]
        let range = (first.range.lowerBound..<last.range.upperBound).clamped(to: whole)
        return lines.count == 1 && range == first.range ? first : line(bytes, range)
    }
}
