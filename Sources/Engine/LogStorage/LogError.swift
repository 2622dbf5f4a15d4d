public import Records

/// Why the log refused. Failures of the operating system come as `SystemIOError`.
public enum LogError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The offset is not within the log: first and next offset say what is.
    case offsetOutOfRange(requested: Int64, start: Int64, end: Int64)
    /// A batch on disk is damaged. Reading can go on at `resumeOffset`.
    case corruptBatch(file: String, position: Int64, resumeOffset: Int64, reason: RecordError)
    /// Batch number `index` (from 0) of an append is not what a producer may send.
    case invalidBatch(index: Int, reason: RecordError)
    case batchTooLarge(byteCount: Int, limit: Int)
    /// A control batch came from a producer.
    case controlBatchRefused
    case outOfOrderSequence(producerId: Int64, epoch: Int16, expected: Int32, found: Int32)
    /// Record `record` (from 0) of batch number `batch` may not be in this log.
    case invalidRecord(batch: Int, record: Int, reason: String)
    /// A record's timestamp (milliseconds) is too far from the log's clock.
    case invalidTimestamp(timestamp: Int64, now: Int64, limit: Int64)
    /// A newer instance of the producer has taken over.
    case fencedProducer(producerId: Int64, epoch: Int16, currentEpoch: Int16)
    case invalidTransactionState(producerId: Int64, reason: String)
    case invalidConfiguration(key: String, value: String, reason: String)
    /// A small file beside the segments cannot be read, and must not be guessed.
    case damagedFile(path: String, reason: String)
    /// Writes are refused since an earlier failure; reads go on.
    case offline(folder: String, reason: String)
    case closed(folder: String)

    public var description: String {
        switch self {
        case .offsetOutOfRange(let requested, let start, let end):
            "offset \(requested) is not in the log, which holds \(start) up to, not including, \(end)"
        case .corruptBatch(let file, let position, let resumeOffset, let reason):
            "\(file) is damaged at byte \(position) (\(reason)); reading can go on at offset \(resumeOffset)"
        case .invalidBatch(let index, let reason): "batch \(index) of the append is refused: \(reason)"
        case .batchTooLarge(let byteCount, let limit):
            "a batch of \(byteCount) bytes is larger than max.message.bytes, \(limit)"
        case .controlBatchRefused: "control batches are written by the log alone"
        case .outOfOrderSequence(let producerId, let epoch, let expected, let found):
            "producer \(producerId) epoch \(epoch) sent sequence \(found) where \(expected) comes next"
        case .invalidRecord(let batch, let record, let reason): "record \(record) of batch \(batch) is refused: \(reason)"
        case .invalidTimestamp(let timestamp, let now, let limit):
            "timestamp \(timestamp) is more than \(limit) ms from the log's clock, \(now); see message.timestamp.before.max.ms and "
                + "message.timestamp.after.max.ms"
        case .fencedProducer(let producerId, let epoch, let currentEpoch):
            "producer \(producerId) epoch \(epoch) is fenced: epoch \(currentEpoch) has taken over"
        case .invalidTransactionState(let producerId, let reason): "producer \(producerId): \(reason)"
        case .invalidConfiguration(let key, let value, let reason): "setting \(key)=\(value): \(reason)"
        case .damagedFile(let path, let reason): "\(path) is damaged: \(reason)"
        case .offline(let folder, let reason):
            "the log in \(folder) takes no writes since a failure (\(reason)); restart after checking the disk"
        case .closed(let folder): "the log in \(folder) is closed"
        }
    }
}
