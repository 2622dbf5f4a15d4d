/// A 128-bit identifier as Kafka sends it: of a topic, a log folder or a client's instance. All zero bits mean "none".
public struct WireUUID: Hashable, Sendable {
    /// The first eight bytes, most significant first.
    public var high: UInt64
    /// The last eight bytes.
    public var low: UInt64

    public static let zero = WireUUID(high: 0, low: 0)

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}

extension WireUUID: CustomStringConvertible {
    /// The form that Kafka prints: URL-safe base 64 without padding, 22 characters (RFC 4648, section 5).
    public var description: String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(22)
        var bits: UInt32 = 0
        var bitCount = 0
        for index in 0..<16 {
            let word = index < 8 ? high : low
            bits = bits << 8 | UInt32(UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * (index % 8))))
            bitCount += 8
            while bitCount >= 6 {
                bitCount -= 6
                text.append(alphabet[Int(bits >> UInt32(bitCount)) & 63])
            }
        }
        // 128 bits are 21 groups of six and two bits over.
        text.append(alphabet[Int(bits << 4) & 63])
        return String(decoding: text, as: UTF8.self)
    }
}
