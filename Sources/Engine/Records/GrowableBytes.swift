/// A buffer of bytes that is written through a pointer and reused: the one unsafe corner of building and unpacking
/// batches. (`[UInt8].append` is about three times slower for records of a hundred bytes.) One owner, one thread.
final class GrowableBytes {
    private(set) var start: UnsafeMutableRawPointer
    private(set) var capacity: Int
    /// Bytes in use, from the start.
    var count = 0

    init(capacity: Int) {
        self.capacity = max(capacity, 64)
        start = .allocate(byteCount: self.capacity, alignment: 16)
    }

    deinit { start.deallocate() }

    /// Makes room for `additional` bytes after those in use.
    @inline(__always)
    func reserve(_ additional: Int) {
        if capacity - count < additional { grow(additional) }
    }

    @inline(never)
    private func grow(_ additional: Int) {
        let capacity = max(self.capacity * 2, count + additional)
        let moved = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
        moved.copyMemory(from: start, byteCount: count)
        start.deallocate()
        start = moved
        self.capacity = capacity
    }

    var used: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: count) }

    /// The bytes after those in use.
    var free: UnsafeMutableRawBufferPointer { .init(start: start + count, count: capacity - count) }
}
