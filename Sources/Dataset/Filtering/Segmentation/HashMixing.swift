/// Hashes of 64 bits for things inside one document: fast, spread well, stable from run to run.
///
/// Two different lines of a document count as equal when their hashes meet, about once in 10^19 pairs.
enum HashMixing {
    private static let first: UInt64 = 0x9E37_79B9_7F4A_7C15
    private static let second: UInt64 = 0xD1B5_4A32_D192_ED03

    /// Folds the 128-bit product of two numbers.
    @inline(__always)
    static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = a.multipliedFullWidth(by: b)
        return product.high ^ product.low
    }

    @inline(__always)
    static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
        fold(a ^ first, b &* second &+ first)
    }

    /// A hash of some bytes, eight at a time.
    static func bytes(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> UInt64 {
        var hash = mix(UInt64(truncatingIfNeeded: range.count), first)
        var index = range.lowerBound
        guard let base = bytes.baseAddress else { return hash }
        while index &+ 8 <= range.upperBound {
            let eight = UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self)
            hash = fold(hash ^ eight, second)
            hash = (hash << 29 | hash >> 35) &+ eight
            index &+= 8
        }
        var rest: UInt64 = 0
        while index < range.upperBound {
            rest = rest << 8 | UInt64(bytes[index])
            index &+= 1
        }
        return mix(hash ^ rest, hash &+ second)
    }
}
