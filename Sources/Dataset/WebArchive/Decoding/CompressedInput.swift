import Glibc
import ObjectStore

/// The bytes of the archive file as they are, through one buffer of fixed size.
///
/// Unsafe corner: `base` is owned here, and pointers into it are valid until the next call that fills or moves.
final class CompressedInput {
    /// Holds any gzip member that libdeflate is asked to inflate whole.
    static let capacity = 2 << 20

    let source: any ByteSource
    private let base = UnsafeMutableRawPointer.allocate(byteCount: CompressedInput.capacity, alignment: 64)
    private var start = 0
    private var end = 0
    private var sourceEnded = false
    /// Where the next byte stands in the file.
    private(set) var offset: UInt64

    init(_ source: any ByteSource, at offset: UInt64) throws(ObjectStoreError) {
        self.source = source
        self.offset = offset
        try source.move(to: offset)
    }

    deinit { base.deallocate() }

    var available: Int { end - start }
    var pointer: UnsafeMutableRawPointer { base + start }
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base + start, count: end - start) }
    /// Whether all of the file's rest is in the buffer.
    var isComplete: Bool { sourceEnded }

    /// Reads until `count` bytes (at most the capacity) are there or the file ends; says whether they are.
    @discardableResult
    func fill(_ count: Int) throws(ObjectStoreError) -> Bool {
        if end - start >= count { return true }
        if start > 0 {
            memmove(base, base + start, end - start)
            end -= start
            start = 0
        }
        let wanted = min(count, CompressedInput.capacity)
        // Read in pieces that stay in the processor's cache rather than the whole buffer at a time.
        let ceiling = min(CompressedInput.capacity, max(wanted, 512 << 10))
        while end < wanted && !sourceEnded {
            let read = try source.read(into: UnsafeMutableRawBufferPointer(start: base + end, count: ceiling - end))
            if read == 0 { sourceEnded = true }
            end += read
        }
        return end - start >= count
    }

    func consume(_ count: Int) {
        start += count
        offset += UInt64(count)
        if start == end {
            start = 0
            end = 0
        }
    }

    /// Passes over `count` bytes, as far as the file has them; says how many it had.
    func skip(_ count: UInt64) throws(ObjectStoreError) -> UInt64 {
        var left = count
        while left > 0 {
            guard try fill(1) else { break }
            let step = Int(min(left, UInt64(available)))
            consume(step)
            left -= UInt64(step)
        }
        return count - left
    }

    /// Goes back (or on) to `offset`, out of the buffer if it holds it, otherwise by the source.
    func move(to target: UInt64) throws(ObjectStoreError) {
        if target >= offset - UInt64(start), target <= offset + UInt64(end - start) {
            start = Int(target - (offset - UInt64(start)))
        } else {
            try source.move(to: target)
            start = 0
            end = 0
            sourceEnded = false
        }
        offset = target
    }

    /// Reads straight into the caller's memory where the buffer is empty, which saves plain files one copy.
    func readDirect(into buffer: UnsafeMutableRawBufferPointer) throws(ObjectStoreError) -> Int {
        if available > 0 {
            let count = min(available, buffer.count)
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
            consume(count)
            return count
        }
        if sourceEnded { return 0 }
        let count = try source.read(into: buffer)
        if count == 0 { sourceEnded = true }
        offset += UInt64(count)
        return count
    }
}
