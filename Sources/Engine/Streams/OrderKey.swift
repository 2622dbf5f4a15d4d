// In a record's header `leat-order`, 20 bytes, big endian: primary u64 | partition u32 | offset u64.

/// The place of a record in the one order that a dataset has, whatever the number of partitions, threads and crashes.
///
/// Given once, where a record enters: for archives the page's ordinal, for a live source the append time (milliseconds), the
/// partition and the offset that the log recorded. It travels in a header; stages keep it.
public struct OrderKey: Hashable, Comparable, Sendable, CustomStringConvertible {
    public var primary: UInt64
    public var partition: UInt32
    public var offset: UInt64

    public init(_ primary: UInt64, partition: UInt32 = 0, offset: UInt64 = 0) {
        self.primary = primary
        self.partition = partition
        self.offset = offset
    }

    public static let byteCount = 20

    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCount)
        withUnsafeBytes(of: primary.bigEndian) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: partition.bigEndian) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: offset.bigEndian) { bytes.append(contentsOf: $0) }
        return bytes
    }

    /// Nil where the header is not of this form.
    public init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count == Self.byteCount else { return nil }
        primary = UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
        partition = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
        offset = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 12, as: UInt64.self))
    }

    public static func < (left: OrderKey, right: OrderKey) -> Bool {
        if left.primary != right.primary { return left.primary < right.primary }
        if left.partition != right.partition { return left.partition < right.partition }
        return left.offset < right.offset
    }

    public var description: String {
        partition == 0 && offset == 0 ? "\(primary)" : "\(primary)/\(partition)/\(offset)"
    }
}
