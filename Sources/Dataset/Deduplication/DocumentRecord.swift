/// What the index stores for one document.
///
/// ```
/// offset  bytes
///  0      1      kind: 1 a text of its own, 2 a copy of an earlier text
///  1      3      0
///  4      8      cluster: the document that was the first of it (its own number for a unique one)
/// kind 1:
/// 12      …      the encoded DocumentSignature
/// kind 2:
/// 12      8      the document whose text it has, which is of kind 1
/// ```
/// All numbers are little-endian.
struct DocumentRecord {
    enum Kind: UInt8 {
        case text = 1
        case copy = 2
    }

    static let headerBytes = 12

    let kind: Kind
    let cluster: UInt64
    let rest: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer, of document: UInt64) throws(DeduplicationError) {
        guard bytes.count >= Self.headerBytes, let kind = Kind(rawValue: bytes[0]) else {
            throw .damagedIndex("the record of document \(document) is damaged")
        }
        self.kind = kind
        cluster = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt64.self))
        rest = UnsafeRawBufferPointer(rebasing: bytes[Self.headerBytes...])
        if kind == .copy && rest.count != 8 { throw .damagedIndex("the record of document \(document) is damaged") }
    }

    /// For a copy: whose.
    var original: UInt64 { UInt64(littleEndian: rest.loadUnaligned(as: UInt64.self)) }

    func signature() throws(DeduplicationError) -> SignatureView { try SignatureView(rest, trusted: true) }

    /// A record without its cluster, and with `room` bytes for the rest.
    static func header(_ kind: Kind, room: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: headerBytes + room) { bytes, count in
            let bytes = UnsafeMutableRawBufferPointer(bytes)
            bytes.initializeMemory(as: UInt8.self, repeating: 0)
            bytes[0] = kind.rawValue
            count = headerBytes + room
        }
    }

    static func set(cluster: UInt64, in record: UnsafeMutableRawBufferPointer) {
        record.storeBytes(of: cluster.littleEndian, toByteOffset: 4, as: UInt64.self)
    }

    static func encode(_ kind: Kind, cluster: UInt64, _ rest: UnsafeRawBufferPointer) -> [UInt8] {
        var record = header(kind, room: rest.count)
        record.withUnsafeMutableBytes { bytes in
            set(cluster: cluster, in: bytes)
            UnsafeMutableRawBufferPointer(rebasing: bytes[headerBytes...]).copyMemory(from: rest)
        }
        return record
    }

    static func encode(copyOf original: UInt64, cluster: UInt64) -> [UInt8] {
        withUnsafeBytes(of: original.littleEndian) { encode(.copy, cluster: cluster, $0) }
    }
}
