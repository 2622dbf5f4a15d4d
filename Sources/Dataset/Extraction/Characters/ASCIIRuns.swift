internal import CICU

/// Converts multi-byte charsets with their stretches of ASCII copied rather than converted: markup is most of a page.
///
/// In the charsets that this is for (GBK, GB18030, Big5, EUC-JP, EUC-KR, Shift_JIS) a byte below 0x30 is no part of a
/// longer character: it ends what is before it, broken or not, and what follows it converts on its own.
///
/// A named unsafe corner: bytes are copied into a buffer whose size is bounded beforehand.
enum ASCIIRuns {
    /// The text, or nil where ICU has no such converter or the bound should fail (the caller then converts without).
    static func convert(_ bytes: UnsafeRawBufferPointer, icuName: String) -> Conversion? {
        guard let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return Conversion() }
        guard let converter = leat_icu_converter_open(icuName) else { return nil }
        defer { leat_icu_converter_close(converter) }
        var result = Conversion()
        var failed = false
        let count = bytes.count
        result.utf8 = [UInt8](unsafeUninitializedCapacity: bound(bytes)) { output, written in
            guard let out = output.baseAddress else { return }
            var position = 0
            while position < count {
                var run = nextRun(bytes, from: position)
                if run.lowerBound > position {
                    // With the first byte of the run the converter sees what breaks a character off before it.
                    let isLast = run.isEmpty
                    if !isLast { run = (run.lowerBound + 1)..<run.upperBound }
                    let length = run.lowerBound - position
                    let progress = leat_icu_converter_decode(
                        converter, base + position, length, out + written, output.count - written, isLast)
                    written += progress.written
                    result.replacements += progress.replacements
                    result.doubtful += progress.doubtful
                    if progress.status != 0 {
                        failed = true
                        return
                    }
                }
                (out + written).update(from: base + run.lowerBound, count: run.count)
                written += run.count
                position = run.upperBound
            }
        }
        return failed ? nil : result
    }

    /// Room for the longest text: three bytes for each byte from 0x80 up and each U+0000, one for any other, and what
    /// the converter wants in reserve.
    private static func bound(_ bytes: UnsafeRawBufferPointer) -> Int {
        var long = 0
        for byte in bytes where byte == 0 || byte >= 0x80 { long &+= 1 }
        return bytes.count + 2 * long + 64
    }

    /// The next stretch of at least `shortest` bytes 0x01 to 0x7F that starts with one below 0x30 (or with the text);
    /// an empty range at the end where there is none.
    private static func nextRun(_ bytes: UnsafeRawBufferPointer, from position: Int) -> Range<Int> {
        let shortest = 16
        let count = bytes.count
        var start = position
        while start < count {
            if start == position || bytes[start] < 0x30 {
                let end = endOfASCII(bytes, from: start)
                if end - start >= shortest { return start..<end }
                start = end
            }
            start &+= 1
        }
        return count..<count
    }

    private static func endOfASCII(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var i = start
        while i &+ 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: i, as: UInt64.self)
            // A high bit, or a zero byte (which borrows): the loop below finds which.
            if (word | (word &- 0x0101_0101_0101_0101)) & 0x8080_8080_8080_8080 != 0 { break }
            i &+= 8
        }
        while i < bytes.count, 0x01...0x7F ~= bytes[i] { i &+= 1 }
        return i
    }
}
