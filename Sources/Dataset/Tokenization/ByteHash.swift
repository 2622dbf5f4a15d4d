/// A 64-bit hash of short byte strings: multiply to 128 bits and fold, eight bytes at a time (the mixing step of wyhash, which is in the public domain).
///
/// The vocabulary alone is stored under it, never text from outside, so nobody can make its chains longer by choosing a text.
enum ByteHash {
    @inline(__always) static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = a.multipliedFullWidth(by: b)
        return product.high ^ product.low
    }

    /// The first `count` (1…8) bytes as one little-endian number. `readable` bytes may be loaded from `bytes`.
    @inline(__always) static func pack(_ bytes: UnsafePointer<UInt8>, _ count: Int, readable: Int) -> UInt64 {
        if readable >= 8 {
            return load(bytes) & (UInt64.max &>> UInt64(truncatingIfNeeded: 64 &- 8 &* count))
        }
        var packed: UInt64 = 0
        var index = 0
        while index < count {
            packed |= UInt64(bytes[index]) &<< UInt64(truncatingIfNeeded: 8 &* index)
            index &+= 1
        }
        return packed
    }

    @inline(__always) static func load(_ bytes: UnsafePointer<UInt8>) -> UInt64 {
        UInt64(littleEndian: UnsafeRawPointer(bytes).loadUnaligned(as: UInt64.self))
    }

    @inline(__always) static func ofPacked(_ packed: UInt64, _ count: Int) -> UInt64 {
        mix(packed ^ 0x9E37_79B9_7F4A_7C15, 0xE703_7ED1_A0B4_28DB &+ UInt64(truncatingIfNeeded: count) &<< 1)
    }

    /// The hash of nine bytes or more: whole words, then the last eight bytes (which may overlap the word before).
    @inline(__always) static func ofLong(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
        var hash = 0xA076_1D64_78BD_642F ^ UInt64(truncatingIfNeeded: count)
        var offset = 0
        while offset &+ 8 < count {
            hash = mix(hash ^ load(bytes + offset), 0xE703_7ED1_A0B4_28DB)
            offset &+= 8
        }
        return mix(hash ^ load(bytes + (count &- 8)), 0x8EBC_6AF0_9C88_C6E3)
    }
}
