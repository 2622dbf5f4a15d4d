// A record's encoded headers (Kafka record format v2): for each, varint key length, key (UTF-8), varint value length (-1: null),
// value; varints are zig-zag.

public import Records

/// One record as a view into a ``RecordSet``: valid during the call that hands it out, never kept.
public struct FetchedRecord: ~Copyable {
    private let bytes: UnsafeRawBufferPointer
    private let entry: RecordSet.Entry

    /// The pointer is the reason for the rule above: the set's memory is reused by the next fetch.
    public init(bytes: UnsafeRawBufferPointer, entry: RecordSet.Entry) {
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

    /// Visits the headers in order; stops at the first that is not whole.
    public func forEachHeader(_ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?) -> Void) {
        var position = entry.headers.lowerBound
        let end = entry.headers.upperBound
        for _ in 0..<entry.headerCount {
            guard let keyLength = readVarint(&position, end), keyLength >= 0, keyLength <= end - position else { return }
            let key = UnsafeRawBufferPointer(rebasing: bytes[position..<position + keyLength])
            position += keyLength
            guard let valueLength = readVarint(&position, end), valueLength <= end - position else { return }
            if valueLength < 0 {
                body(key, nil)
            } else {
                body(key, UnsafeRawBufferPointer(rebasing: bytes[position..<position + valueLength]))
                position += valueLength
            }
        }
    }

    /// Key, value and headers copied out: for a record that outlives the call.
    public func copy() -> Record {
        var headers: [RecordHeader] = []
        forEachHeader { key, value in
            headers.append(.init(String(decoding: key, as: UTF8.self), value.map { [UInt8]($0) }))
        }
        return Record(
            offset: offset, timestamp: timestamp, key: key.map { [UInt8]($0) }, value: value.map { [UInt8]($0) }, headers: headers)
    }

    private func readVarint(_ position: inout Int, _ end: Int) -> Int? {
        var value: UInt32 = 0
        var shift: UInt32 = 0
        while position < end, shift < 35 {
            let byte = bytes[position]
            position += 1
            value |= UInt32(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return Int(Int32(bitPattern: value >> 1) ^ -Int32(bitPattern: value & 1)) }
            shift += 7
        }
        return nil
    }
}

extension Record {
    /// The last header of this name, as text.
    public func header(_ name: String) -> String? {
        headers.last { $0.key == name }?.value.map { String(decoding: $0, as: UTF8.self) }
    }
}
