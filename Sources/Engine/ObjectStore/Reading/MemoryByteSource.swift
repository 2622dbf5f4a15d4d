/// Bytes that are in memory already, as a ``ByteSource``.
public final class MemoryByteSource: ByteSource {
    public let location: String
    private let bytes: [UInt8]
    private var position = 0

    public init(_ bytes: [UInt8], location: String = "memory") {
        self.bytes = bytes
        self.location = location
    }

    public var totalBytes: UInt64? { UInt64(bytes.count) }

    public func move(to position: UInt64) throws(ObjectStoreError) {
        self.position = Int(min(position, UInt64(bytes.count)))
    }

    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(ObjectStoreError) -> Int {
        let count = min(buffer.count, bytes.count - position)
        guard count > 0 else { return 0 }
        bytes.withUnsafeBytes {
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[position..<position + count]))
        }
        position += count
        return count
    }
}
