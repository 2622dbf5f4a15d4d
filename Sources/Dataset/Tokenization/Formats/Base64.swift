/// Base64 (RFC 4648, section 4) with padding, as vocabulary files write their tokens.
enum Base64 {
    /// Appends what `text[range]` encodes; false where it is no base64.
    static func decode(_ text: Span<UInt8>, _ range: Range<Int>, into bytes: inout [UInt8]) -> Bool {
        guard range.count % 4 == 0, !range.isEmpty else { return false }
        var position = range.lowerBound
        while position < range.upperBound {
            let a = value(text[position])
            let b = value(text[position + 1])
            guard a < 64, b < 64 else { return false }
            bytes.append(a << 2 | b >> 4)
            let isLast = position + 4 == range.upperBound
            if isLast && text[position + 3] == UInt8(ascii: "=") {
                if text[position + 2] == UInt8(ascii: "=") { return b & 0x0F == 0 }
                let c = value(text[position + 2])
                guard c < 64, c & 0x03 == 0 else { return false }
                bytes.append(b << 4 | c >> 2)
                return true
            }
            let c = value(text[position + 2])
            let d = value(text[position + 3])
            guard c < 64, d < 64 else { return false }
            bytes.append(b << 4 | c >> 2)
            bytes.append(c << 6 | d)
            position += 4
        }
        return true
    }

    @inline(__always) private static func value(_ character: UInt8) -> UInt8 {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: 255
        }
    }
}
