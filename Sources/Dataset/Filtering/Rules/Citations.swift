import Glibc

/// Wikipedia's citation marks: `[12]`, `[]`, `[edit]`, `[citation needed]`; digits are Unicode's, as in Python's `\d`.
enum Citations {
    /// The bytes without citations; nil where there is none.
    static func removed(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> [UInt8]? {
        guard let base = bytes.baseAddress,
            memchr(base + range.lowerBound, Int32(UInt8(ascii: "[")), range.count) != nil
        else { return nil }
        var rest: [UInt8]?
        var copied = range.lowerBound
        var index = range.lowerBound
        while index < range.upperBound {
            guard bytes[index] == UInt8(ascii: "["), let end = end(bytes, range, at: index) else {
                index += 1
                continue
            }
            var kept = rest ?? []
            kept += bytes[copied..<index]
            rest = kept
            index = end
            copied = end
        }
        rest?.append(contentsOf: bytes[copied..<range.upperBound])
        return rest
    }

    private static func end(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, at start: Int) -> Int? {
        var index = start + 1
        while index < range.upperBound {
            let scalar = UTF8Reading.scalar(bytes, at: index)
            guard CharacterTable.shared.classes(of: scalar.value).contains(.decimalDigit) else { break }
            index += scalar.byteCount
        }
        if index < range.upperBound, bytes[index] == UInt8(ascii: "]") { return index + 1 }
        for mark: StaticString in ["[edit]", "[citation needed]"] {
            let end = start + mark.utf8CodeUnitCount
            if end <= range.upperBound, UTF8Reading.ends(bytes, start..<end, with: mark) { return end }
        }
        return nil
    }
}
