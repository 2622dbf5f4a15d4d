/// Reads UTF-16 (RFC 2781) and UTF-32 (Unicode, section 3.10) into UTF-8.
///
/// Lone surrogates, code points above U+10FFFF, U+0000 and a cut last unit become U+FFFD.
enum FixedWidthDecoder {
    static func decodeUTF16(_ bytes: UnsafeRawBufferPointer, bigEndian: Bool) -> Conversion {
        var result = Conversion()
        let units = bytes.count / 2
        // At most three bytes for each unit.
        result.utf8 = [UInt8](unsafeUninitializedCapacity: units * 3 + 3) { output, written in
            var writer = ScalarWriter(output: output)
            var i = 0
            while i < units {
                let unit = UInt32(unit16(bytes, i, bigEndian))
                i += 1
                guard 0xD800...0xDFFF ~= unit else {
                    writer.write(unit)
                    continue
                }
                let next = i < units ? UInt32(unit16(bytes, i, bigEndian)) : 0
                if unit < 0xDC00, 0xDC00...0xDFFF ~= next {
                    writer.write(0x10000 + (unit - 0xD800) << 10 + (next - 0xDC00))
                    i += 1
                } else {
                    writer.writeReplacement()
                }
            }
            if bytes.count % 2 != 0 { writer.writeReplacement() }
            written = writer.count
            result.replacements = writer.replacements
            result.doubtful = writer.doubtful
        }
        return result
    }

    static func decodeUTF32(_ bytes: UnsafeRawBufferPointer, bigEndian: Bool) -> Conversion {
        var result = Conversion()
        let units = bytes.count / 4
        result.utf8 = [UInt8](unsafeUninitializedCapacity: units * 4 + 3) { output, written in
            var writer = ScalarWriter(output: output)
            for i in 0..<units {
                let raw = bytes.loadUnaligned(fromByteOffset: i * 4, as: UInt32.self)
                let scalar = bigEndian ? UInt32(bigEndian: raw) : UInt32(littleEndian: raw)
                if scalar > 0x10FFFF || 0xD800...0xDFFF ~= scalar { writer.writeReplacement() } else { writer.write(scalar) }
            }
            if bytes.count % 4 != 0 { writer.writeReplacement() }
            written = writer.count
            result.replacements = writer.replacements
            result.doubtful = writer.doubtful
        }
        return result
    }

    /// Whether bytes without a mark are UTF-16: markup is ASCII, so one byte of nearly every pair is zero, always the same
    /// one. Looks at the first 1,024 bytes; nil where they say nothing. True means big-endian.
    static func looksBigEndianUTF16(_ bytes: UnsafeRawBufferPointer) -> Bool? {
        let pairs = min(bytes.count, 1024) / 2
        guard pairs >= 4 else { return nil }
        var evenZeros = 0
        var oddZeros = 0
        for i in 0..<pairs {
            if bytes[2 * i] == 0 { evenZeros += 1 }
            if bytes[2 * i + 1] == 0 { oddZeros += 1 }
        }
        if evenZeros * 10 >= pairs * 4, oddZeros * 50 <= pairs { return true }
        if oddZeros * 10 >= pairs * 4, evenZeros * 50 <= pairs { return false }
        return nil
    }

    @inline(__always)
    private static func unit16(_ bytes: UnsafeRawBufferPointer, _ i: Int, _ bigEndian: Bool) -> UInt16 {
        let raw = bytes.loadUnaligned(fromByteOffset: i &* 2, as: UInt16.self)
        return bigEndian ? UInt16(bigEndian: raw) : UInt16(littleEndian: raw)
    }
}

/// Writes scalars as UTF-8 into a buffer that its owner has made large enough, and counts what a reader should know.
private struct ScalarWriter {
    let output: UnsafeMutableBufferPointer<UInt8>
    var count = 0
    var replacements = 0
    var doubtful = 0

    @inline(__always)
    mutating func write(_ scalar: UInt32) {
        if scalar == 0 { return writeReplacement() }
        if 0x80..<0xA0 ~= scalar, scalar != 0x85 { doubtful += 1 }
        put(scalar)
    }

    @inline(__always)
    mutating func writeReplacement() {
        replacements += 1
        put(0xFFFD)
    }

    @inline(__always)
    private mutating func put(_ scalar: UInt32) {
        if scalar < 0x80 {
            append(scalar)
        } else if scalar < 0x800 {
            append(0xC0 | scalar >> 6)
            append(0x80 | scalar & 0x3F)
        } else if scalar < 0x10000 {
            append(0xE0 | scalar >> 12)
            append(0x80 | scalar >> 6 & 0x3F)
            append(0x80 | scalar & 0x3F)
        } else {
            append(0xF0 | scalar >> 18)
            append(0x80 | scalar >> 12 & 0x3F)
            append(0x80 | scalar >> 6 & 0x3F)
            append(0x80 | scalar & 0x3F)
        }
    }

    @inline(__always)
    private mutating func append(_ byte: UInt32) {
        output[count] = UInt8(truncatingIfNeeded: byte)
        count &+= 1
    }
}
