/// A byte string read as a number in base 256, modulo one prime: the value of a concatenation follows from the values
/// of its parts, so an n-gram of words costs one multiplication, not a walk over its bytes.
///
/// The prime has 61 bits and was drawn at random (Karp and Rabin 1987), so that texts which do not know it collide
/// about once in 10^16 pairs; whoever knows it can build texts that collide, and gains a wrong count in his own text.
/// Values are always compared together with the lengths, because leading NUL bytes do not change a number.
enum ByteStringValue {
    static let prime: UInt64 = 0x1202_C96C_196D_747F
    /// −prime⁻¹ modulo 2⁶⁴, and 2¹²⁸ modulo the prime: what Montgomery's multiplication needs (1985).
    private static let negativeInverse: UInt64 = 0xF6DE_5F21_C291_B481
    private static let radixSquared: UInt64 = 0x0EE0_5282_30A5_87C9

    /// a · b · 2⁻⁶⁴ modulo the prime.
    @inline(__always)
    static func reducedProduct(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = a.multipliedFullWidth(by: b)
        let factor = product.low &* negativeInverse
        let cleared = factor.multipliedFullWidth(by: prime)
        // The low halves add up to 0 or 2⁶⁴: there is a carry unless both are 0.
        let sum = product.high &+ cleared.high &+ (product.low != 0 ? 1 : 0)
        return sum >= prime ? sum &- prime : sum
    }

    @inline(__always)
    static func sum(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let total = a &+ b
        return total >= prime ? total &- prime : total
    }

    @inline(__always)
    static func difference(_ a: UInt64, _ b: UInt64) -> UInt64 {
        a >= b ? a &- b : a &+ prime &- b
    }

    /// 256^count · 2⁶⁴ modulo the prime: a factor for `reducedProduct`.
    private static let shortPowers: [UInt64] = {
        var powers = [reducedProduct(1, radixSquared)]
        let base = reducedProduct(256, radixSquared)
        for _ in 1..<1024 { powers.append(reducedProduct(powers[powers.count - 1], base)) }
        return powers
    }()

    static func powers() -> [UInt64] { shortPowers }

    /// As `shortPowers`, for any length, by squaring.
    static func longPower(_ count: Int) -> UInt64 {
        var result = reducedProduct(1, radixSquared)
        var square = reducedProduct(256, radixSquared)
        var left = count
        while left > 0 {
            if left & 1 == 1 { result = reducedProduct(result, square) }
            square = reducedProduct(square, square)
            left >>= 1
        }
        return result
    }

    @inline(__always)
    static func power(_ count: Int, _ table: UnsafeBufferPointer<UInt64>) -> UInt64 {
        count < table.count ? table[count] : longPower(count)
    }

    private static let sevenBytes = longPower(7)

    /// The value of some bytes.
    @inline(__always)
    static func value(_ bytes: UnsafeBufferPointer<UInt8>, start: Int, count: Int) -> UInt64 {
        if count <= 7 {
            if start &+ 8 <= bytes.count, count > 0 {
                let eight = UnsafeRawPointer(bytes.baseAddress.unsafelyUnwrapped + start)
                    .loadUnaligned(as: UInt64.self).bigEndian
                return eight >> UInt64(64 &- 8 &* count)
            }
            return chunk(bytes, start, count)
        }
        return longValue(bytes, start: start, count: count)
    }

    @inline(__always)
    private static func chunk(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ count: Int) -> UInt64 {
        var value: UInt64 = 0
        for index in start..<(start + count) { value = value << 8 | UInt64(bytes[index]) }
        return value
    }

    private static func longValue(_ bytes: UnsafeBufferPointer<UInt8>, start: Int, count: Int) -> UInt64 {
        let first = count % 7
        let factor = sevenBytes
        var value = chunk(bytes, start, first)
        var index = start + first
        while index < start + count {
            value = sum(reducedProduct(value, factor), chunk(bytes, index, 7))
            index += 7
        }
        return value
    }
}
