/// Decoding in a text that is known to be UTF-8, which the bytes of every `String` are.
///
/// Reads past the end are refused by the buffer's count, so that even broken bytes cannot leave the buffer.
enum UTF8Reading {
    /// The scalar that starts at `index`, and its length in bytes.
    @inline(__always)
    static func scalar(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> (value: UInt32, byteCount: Int) {
        let lead = UInt32(bytes[index])
        if lead < 0x80 { return (lead, 1) }
        let left = bytes.count - index
        if lead < 0xE0 {
            guard left >= 2 else { return (0xFFFD, left) }
            return ((lead & 0x1F) << 6 | UInt32(bytes[index + 1] & 0x3F), 2)
        }
        if lead < 0xF0 {
            guard left >= 3 else { return (0xFFFD, left) }
            return (
                (lead & 0x0F) << 12 | UInt32(bytes[index + 1] & 0x3F) << 6 | UInt32(bytes[index + 2] & 0x3F), 3
            )
        }
        guard left >= 4 else { return (0xFFFD, left) }
        return (
            (lead & 0x07) << 18 | UInt32(bytes[index + 1] & 0x3F) << 12
                | UInt32(bytes[index + 2] & 0x3F) << 6 | UInt32(bytes[index + 3] & 0x3F), 4
        )
    }

    /// The scalar that ends before `end`, and where it starts; `lowest` bounds the search.
    @inline(__always)
    static func scalar(
        _ bytes: UnsafeBufferPointer<UInt8>, before end: Int, lowest: Int
    ) -> (value: UInt32, start: Int) {
        var start = end - 1
        while start > lowest, bytes[start] & 0xC0 == 0x80, end - start < 4 { start -= 1 }
        return (scalar(bytes, at: start).value, start)
    }

    /// The number of scalars in a range: its bytes that are no continuation (10xxxxxx), eight at a time.
    static func scalarCount(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Int {
        guard let base = bytes.baseAddress else { return 0 }
        let ones: UInt64 = 0x0101_0101_0101_0101
        var continuations = 0
        var index = range.lowerBound
        while index &+ 8 <= range.upperBound {
            let eight = UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self)
            let marked = (eight >> 7) & ~(eight >> 6) & ones
            continuations &+= Int(truncatingIfNeeded: (marked &* ones) >> 56)
            index &+= 8
        }
        while index < range.upperBound {
            continuations &+= base[index] & 0xC0 == 0x80 ? 1 : 0
            index &+= 1
        }
        return range.count &- continuations
    }

    /// The range without white space at its end.
    static func trimmingEnd(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Range<Int> {
        var end = range.upperBound
        while end > range.lowerBound {
            let last = scalar(bytes, before: end, lowest: range.lowerBound)
            guard CharacterTable.shared.classes(of: last.value).contains(.whiteSpace) else { break }
            end = last.start
        }
        return range.lowerBound..<end
    }

    /// The range without white space at its start.
    static func trimmingStart(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Range<Int> {
        var start = range.lowerBound
        while start < range.upperBound {
            let first = scalar(bytes, at: start)
            guard CharacterTable.shared.classes(of: first.value).contains(.whiteSpace) else { break }
            start += first.byteCount
        }
        return min(start, range.upperBound)..<range.upperBound
    }

    /// The range without white space at either end, as Python's `strip()`.
    static func trimming(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Range<Int> {
        trimmingEnd(bytes, trimmingStart(bytes, range))
    }

    /// Whether the range ends with these ASCII bytes.
    @inline(__always)
    static func ends(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, with tail: StaticString) -> Bool {
        guard range.count >= tail.utf8CodeUnitCount else { return false }
        let start = range.upperBound - tail.utf8CodeUnitCount
        for offset in 0..<tail.utf8CodeUnitCount where bytes[start + offset] != tail.utf8Start[offset] {
            return false
        }
        return true
    }
}
