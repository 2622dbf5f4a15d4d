import LogStorage
import Records

/// Takes out of a slice what a reader of committed records may see.
enum CommittedRecords {
    /// Copies records at and after `offset`; control batches and batches of aborted transactions are left out.
    ///
    /// An aborted transaction of a producer covers its batches from the transaction's first offset to its abort marker (KIP-98).
    static func copy(
        _ slice: LogSlice, from offset: Int64, _ reader: RecordBatchReader, into records: inout RecordSet
    ) throws {
        var waiting = slice.abortedTransactions.sorted { $0.firstOffset < $1.firstOffset }[...]
        var aborted: Set<Int64> = []
        try slice.bytes.withUnsafeBytes { buffer in
            let span = buffer.bytes
            var position = 0
            while position < span.byteCount {
                let batch = span.extracting(position..<span.byteCount)
                let header = try RecordBatchHeader(batch)
                position += header.byteCount
                while let next = waiting.first, next.firstOffset <= header.lastOffset {
                    aborted.insert(next.producerId)
                    waiting.removeFirst()
                }
                if header.attributes.isControl {
                    aborted.remove(header.producerId)
                    continue
                }
                if header.attributes.isTransactional, aborted.contains(header.producerId) { continue }
                // The log checked the checksum when it read the slice.
                try reader.forEachRecord(in: batch, verifyingChecksum: false) { record in
                    if record.offset >= offset { records.append(record) }
                }
            }
        }
    }
}
