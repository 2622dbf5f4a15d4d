/// 64-bit mixing: every bit of the input moves about half the bits of the output.
enum Mixing {
    /// The finaliser of MurmurHash3 (Austin Appleby, public domain). Can be undone, so it makes no collisions.
    @inline(__always)
    static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        z = (z ^ (z >> 33)) &* 0xC4CE_B9FE_1A85_EC53
        return z ^ (z >> 33)
    }
}
