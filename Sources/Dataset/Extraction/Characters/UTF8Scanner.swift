/// What one pass over bytes says about them as UTF-8.
struct UTF8Scan: Equatable {
    /// Well-formed sequences of two to four bytes.
    var multiByteSequences = 0
    /// Maximal malformed parts (each becomes one U+FFFD, as Unicode's "substitution of maximal subparts" has it).
    var malformed = 0
    /// Whether the last malformed part is a sequence that the end of the text cuts off.
    var endsCut = false
    /// Bytes 0x00.
    var nulls = 0
    /// Offset of the first byte from 0x80 up; the length where there is none.
    var firstNonASCII = 0

    var isASCII: Bool { multiByteSequences == 0 && malformed == 0 }
    var isStrict: Bool { malformed == 0 }
}

/// Validates and repairs UTF-8 (RFC 3629; Unicode 15, table 3-7, "Well-Formed UTF-8 Byte Sequences").
///
/// A named unsafe corner: the loops read eight bytes at a time through an unaligned load, with every offset checked
/// against the count beforehand.
enum UTF8Scanner {
    /// Reads all bytes once. Text in ASCII passes eight bytes at a time.
    static func scan(_ bytes: UnsafeRawBufferPointer) -> UTF8Scan {
        var scan = UTF8Scan()
        let count = bytes.count
        guard let base = bytes.baseAddress else { return scan }
        var i = 0
        var sawNonASCII = false
        scan.firstNonASCII = count
        while i < count {
            if i &+ 8 <= count {
                let word = base.loadUnaligned(fromByteOffset: i, as: UInt64.self)
                if word & highBits == 0 {
                    // In ASCII, a byte borrows from its high bit exactly when it (or one below it) is zero.
                    if (word &- lowBits) & highBits != 0 { scan.nulls &+= countNulls(word) }
                    i &+= 8
                    continue
                }
            }
            let byte = base.load(fromByteOffset: i, as: UInt8.self)
            if byte < 0x80 {
                if byte == 0 { scan.nulls &+= 1 }
                i &+= 1
                continue
            }
            if !sawNonASCII {
                sawNonASCII = true
                scan.firstNonASCII = i
            }
            let length = sequence(base, i, count)
            if length > 0 {
                scan.multiByteSequences &+= 1
                i &+= length
            } else {
                scan.malformed &+= 1
                i &-= length
                scan.endsCut = i == count && isCut(base, i &+ length, count)
            }
        }
        return scan
    }

    /// Appends `bytes` to `output` with U+FFFD for every malformed part and U+0000, and returns how many there were.
    static func appendRepaired(_ bytes: UnsafeRawBufferPointer, to output: inout [UInt8]) -> Int {
        guard let base = bytes.baseAddress else { return 0 }
        output.reserveCapacity(output.count + bytes.count + 64)
        var replacements = 0
        var i = 0
        var goodFrom = 0
        func flush(_ end: Int, _ output: inout [UInt8]) {
            if end > goodFrom { output.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[goodFrom..<end])) }
        }
        while i < bytes.count {
            let byte = base.load(fromByteOffset: i, as: UInt8.self)
            let length = byte == 0 ? -1 : byte < 0x80 ? 1 : sequence(base, i, bytes.count)
            if length > 0 {
                i += length
                continue
            }
            flush(i, &output)
            output.append(contentsOf: replacementCharacter)
            replacements += 1
            i -= length
            goodFrom = i
        }
        flush(i, &output)
        return replacements
    }

    /// U+FFFD in UTF-8.
    static let replacementCharacter: [UInt8] = [0xEF, 0xBF, 0xBD]

    private static let highBits: UInt64 = 0x8080_8080_8080_8080
    private static let lowBits: UInt64 = 0x0101_0101_0101_0101

    private static func countNulls(_ word: UInt64) -> Int {
        var rest = word
        var count = 0
        for _ in 0..<8 {
            if rest & 0xFF == 0 { count += 1 }
            rest >>= 8
        }
        return count
    }

    /// The length of the well-formed sequence that starts at `i` with a byte from 0x80 up, or minus the length of the
    /// malformed part there (1 to 3).
    @inline(__always)
    private static func sequence(_ base: UnsafeRawPointer, _ i: Int, _ count: Int) -> Int {
        let lead = base.load(fromByteOffset: i, as: UInt8.self)
        let length: Int
        var low: UInt8 = 0x80
        var high: UInt8 = 0xBF
        switch lead {
        case 0xC2...0xDF: length = 2
        case 0xE0...0xEF:
            length = 3
            if lead == 0xE0 { low = 0xA0 } else if lead == 0xED { high = 0x9F }
        case 0xF0...0xF4:
            length = 4
            if lead == 0xF0 { low = 0x90 } else if lead == 0xF4 { high = 0x8F }
        default: return -1
        }
        var at = 1
        while at < length {
            guard i &+ at < count else { return -at }
            let byte = base.load(fromByteOffset: i &+ at, as: UInt8.self)
            guard byte >= low, byte <= high else { return -at }
            low = 0x80
            high = 0xBF
            at &+= 1
        }
        return length
    }

    /// Whether the malformed part at `i` is a good start that the end of the text cuts off.
    private static func isCut(_ base: UnsafeRawPointer, _ i: Int, _ count: Int) -> Bool {
        let lead = base.load(fromByteOffset: i, as: UInt8.self)
        let wanted = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
        return 0xC2...0xF4 ~= lead && count - i < wanted
    }
}
