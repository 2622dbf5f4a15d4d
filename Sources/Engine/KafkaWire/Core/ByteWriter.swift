/// Bytes being written. An array that is filled from the front and longer than what has been written: storing a number
/// into it costs a fifth of appending it to a plain array.
struct ByteWriter {
    /// How many bytes have been written.
    private(set) var count = 0
    private var bytes: [UInt8] = []

    @inline(__always)
    mutating func append<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value) {
        let size = MemoryLayout<Value>.size
        if bytes.count - count < size { grow(size) }
        let start = count
        bytes.withUnsafeMutableBytes { $0.storeBytes(of: value.bigEndian, toByteOffset: start, as: Value.self) }
        count = start + size
    }

    mutating func append(_ source: UnsafeRawBufferPointer) {
        guard !source.isEmpty else { return }
        if bytes.count - count < source.count { grow(source.count) }
        let start = count
        bytes.withUnsafeMutableBytes { target in
            UnsafeMutableRawBufferPointer(rebasing: target[start..<start + source.count]).copyMemory(from: source)
        }
        count = start + source.count
    }

    mutating func append(_ source: [UInt8]) {
        source.withUnsafeBytes { append($0) }
    }

    mutating func append(_ source: ByteWriter) {
        source.bytes.withUnsafeBytes { append(UnsafeRawBufferPointer(rebasing: $0[..<source.count])) }
    }

    mutating func append(utf8 text: String) {
        var text = text
        text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    /// What has been written; the writer is empty after it.
    mutating func take() -> [UInt8] {
        bytes.removeLast(bytes.count - count)
        defer { self = ByteWriter() }
        return bytes
    }

    @inline(never)
    private mutating func grow(_ size: Int) {
        let capacity = max(256, 2 * bytes.count, count + size)
        bytes.reserveCapacity(capacity)
        bytes.append(contentsOf: repeatElement(0, count: capacity - bytes.count))
    }
}
