/// Writing over the fields of a finished batch that the log assigns.
public enum RecordBatchOverwrite {
    /// Sets base offset and leader epoch of the batch that starts at `position`: not under the checksum.
    public static func assign(
        baseOffset: Int64, leaderEpoch: Int32, in bytes: UnsafeMutableRawBufferPointer, at position: Int = 0
    ) throws(RecordError) {
        guard position >= 0, bytes.count - position >= RecordBatchHeader.size, let start = bytes.baseAddress else {
            throw .truncated(needed: RecordBatchHeader.size, available: bytes.count - position)
        }
        (start + position).storeBigEndian(baseOffset, at: 0)
        (start + position).storeBigEndian(leaderEpoch, at: 12)
    }

    /// Makes `timestamp` (milliseconds) the time of all records of the whole batch in `bytes`, and computes its checksum.
    public static func setLogAppendTime(
        _ timestamp: Int64, in bytes: UnsafeMutableRawBufferPointer
    ) throws(RecordError) {
        guard let start = bytes.baseAddress, bytes.count >= RecordBatchHeader.size else {
            throw .truncated(needed: RecordBatchHeader.size, available: bytes.count)
        }
        let attributes = Int16(bigEndian: start.loadUnaligned(fromByteOffset: 21, as: Int16.self)) | 0x08
        start.storeBigEndian(attributes, at: 21)
        start.storeBigEndian(timestamp, at: 35)
        start.storeBigEndian(Checksum.crc32c(UnsafeRawBufferPointer(rebasing: bytes[21...])), at: 17)
    }

    /// The header of the whole batch in `batch` as a batch of its own, without records and uncompressed: what compaction keeps of a producer's
    /// last batch, so that its sequence numbers go on. `deleteHorizon` (milliseconds) takes the place of the base timestamp.
    public static func emptied(_ batch: RawSpan, deleteHorizon: Int64? = nil) throws(RecordError) -> [UInt8] {
        guard batch.byteCount >= RecordBatchHeader.size else {
            throw .truncated(needed: RecordBatchHeader.size, available: batch.byteCount)
        }
        var bytes = batch.extracting(0..<RecordBatchHeader.size).withUnsafeBytes { Array($0) }
        bytes.withUnsafeMutableBytes { raw in
            guard let start = raw.baseAddress else { return }
            start.storeBigEndian(Int32(RecordBatchHeader.size - RecordBatchHeader.lengthOverhead), at: 8)
            var attributes = Int16(bigEndian: start.loadUnaligned(fromByteOffset: 21, as: Int16.self)) & ~0x07
            if let deleteHorizon {
                attributes |= 0x40
                start.storeBigEndian(deleteHorizon, at: 27)
            }
            start.storeBigEndian(attributes, at: 21)
            start.storeBigEndian(Int32(0), at: 57)
            start.storeBigEndian(Checksum.crc32c(UnsafeRawBufferPointer(rebasing: raw[21...])), at: 17)
        }
        return bytes
    }
}
