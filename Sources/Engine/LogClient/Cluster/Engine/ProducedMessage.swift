internal import CRdkafka
import Records

/// The unsafe corner of sending: librdkafka copies key, value and headers before the call returns, so the pointers live long enough.
enum ProducedMessage {
    static func enqueue(
        _ record: borrowing RecordView, _ producer: OpaquePointer, _ topic: OpaquePointer, _ partition: Int32
    ) -> rd_kafka_resp_err_t {
        let list = headers(of: record)
        let (hasKey, hasValue) = (record.hasKey, record.hasValue)
        let error = record.key.withUnsafeBytes { key in
            record.value.withUnsafeBytes { value in
                withUnsafeTemporaryAllocation(of: rd_kafka_vu_t.self, capacity: 7) { units in
                    for index in 0..<7 { units[index] = rd_kafka_vu_t() }
                    units[0].vtype = RD_KAFKA_VTYPE_RKT
                    units[0].u.rkt = topic
                    units[1].vtype = RD_KAFKA_VTYPE_PARTITION
                    units[1].u.i32 = partition
                    units[2].vtype = RD_KAFKA_VTYPE_MSGFLAGS
                    units[2].u.i = RD_KAFKA_MSG_F_COPY
                    units[3].vtype = RD_KAFKA_VTYPE_VALUE
                    units[3].u.mem.ptr = hasValue ? UnsafeMutableRawPointer(mutating: value.baseAddress ?? nothing) : nil
                    units[3].u.mem.size = value.count
                    units[4].vtype = RD_KAFKA_VTYPE_KEY
                    units[4].u.mem.ptr = hasKey ? UnsafeMutableRawPointer(mutating: key.baseAddress ?? nothing) : nil
                    units[4].u.mem.size = key.count
                    units[5].vtype = RD_KAFKA_VTYPE_TIMESTAMP
                    units[5].u.i64 = record.timestamp
                    if let list {
                        units[6].vtype = RD_KAFKA_VTYPE_HEADERS
                        units[6].u.headers = list
                    }
                    return rd_kafka_produceva(producer, units.baseAddress, list == nil ? 6 : 7)
                }
            }
        }
        guard let error else { return RD_KAFKA_RESP_ERR_NO_ERROR }
        // Only a record that was taken takes its headers along.
        if let list { rd_kafka_headers_destroy(list) }
        defer { rd_kafka_error_destroy(error) }
        return rd_kafka_error_code(error)
    }

    private static func headers(of record: borrowing RecordView) -> OpaquePointer? {
        guard record.headerCount > 0 else { return nil }
        let list = rd_kafka_headers_new(record.headerCount)
        var headers = record.headers
        while let header = headers.next() {
            header.key.withUnsafeBytes { key in
                header.value.withUnsafeBytes { value in
                    // A pointer to nothing is a null value; an empty value needs one to something.
                    _ = rd_kafka_header_add(
                        list, key.baseAddress?.assumingMemoryBound(to: CChar.self), key.count, header.hasValue ? value.baseAddress ?? nothing : nil, value.count)
                }
            }
        }
        return list
    }

    /// Somewhere to point at for zero bytes; never read or written.
    nonisolated(unsafe) private static let nothing = UnsafeRawPointer(UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 1))
}
