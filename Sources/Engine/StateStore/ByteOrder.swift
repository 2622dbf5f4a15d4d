import Glibc

extension UnsafeRawBufferPointer {
    /// Less than zero, zero or more: as unsigned bytes, a prefix before what it begins.
    @inline(__always)
    func compare(_ other: UnsafeRawBufferPointer) -> Int {
        let common = Swift.min(count, other.count)
        if common > 0, let own = baseAddress, let others = other.baseAddress {
            let order = memcmp(own, others, common)
            if order != 0 { return Int(order) }
        }
        return count - other.count
    }

    @inline(__always)
    func precedes(_ other: UnsafeRawBufferPointer) -> Bool { compare(other) < 0 }

    @inline(__always)
    func isEqual(to other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count else { return false }
        guard count > 0, let own = baseAddress, let others = other.baseAddress else { return true }
        return memcmp(own, others, count) == 0
    }
}
