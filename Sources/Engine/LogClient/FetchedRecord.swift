public import Records

/// One record as a view into a ``RecordSet``: valid during the call that hands it out, never kept.
public struct FetchedRecord: ~Copyable {
    private let bytes: UnsafeRawBufferPointer
    private let entry: RecordSet.Entry

    /// The pointer is the reason for the rule above: the set's memory is reused by the next fetch.
    init(bytes: UnsafeRawBufferPointer, entry: RecordSet.Entry) {
        self.bytes = bytes
        self.entry = entry
    }

    public var offset: Int64 { entry.offset }
    /// Milliseconds since 1970.
    public var timestamp: Int64 { entry.timestamp }
    public var key: UnsafeRawBufferPointer? { entry.key.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) } }
    public var value: UnsafeRawBufferPointer? { entry.value.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) } }

    /// The last header of this name, nil where there is none or it is null.
    public func header(named name: StaticString) -> UnsafeRawBufferPointer? {
        var found: UnsafeRawBufferPointer?
        forEachHeader { key, value in
            let equal = key.count == name.utf8CodeUnitCount
                && key.elementsEqual(UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
            if equal { found = value }
        }
        return found
    }

    /// Visits the headers in order.
    public func forEachHeader(_ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?) -> Void) {
        var position = entry.headers.lowerBound
        for _ in 0..<entry.headerCount {
            guard let key = readField(&position) else { return }
            body(key, readField(&position))
        }
    }

    /// Key, value and headers copied out: for a record that outlives the call.
    public func copy() -> Record {
        var headers: [RecordHeader] = []
        forEachHeader { key, value in
            headers.append(RecordHeader(key: String(decoding: key, as: UTF8.self), value: value.map { [UInt8]($0) }))
        }
        return Record(
            offset: offset, timestamp: timestamp, key: key.map { [UInt8]($0) }, value: value.map { [UInt8]($0) }, headers: headers)
    }

    /// A length (i32 in this machine's order, -1 for null) and that many bytes, as ``RecordSet/append(_:)`` wrote them.
    private func readField(_ position: inout Int) -> UnsafeRawBufferPointer? {
        let length = Int(bytes.loadUnaligned(fromByteOffset: position, as: Int32.self))
        position += 4
        guard length >= 0 else { return nil }
        defer { position += length }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<position + length])
    }
}

extension Record {
    /// The last header of this name, as text.
    public func header(_ name: String) -> String? {
        headers.last { $0.key == name }?.value.map { String(decoding: $0, as: UTF8.self) }
    }
}
