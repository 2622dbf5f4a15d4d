import Broker
import Coordination
import LogStorage
import Records
import SystemIO

/// A failure of the log or the broker, in the protocol's terms.
struct LogFailure {
    let code: KafkaErrorCode
    let message: String?

    init(_ error: any Error) {
        switch error {
        case let error as LogError:
            code = Self.code(error)
            message = error.description
        case let error as BrokerError:
            code = error.code
            message = error.description
        case let error as TransactionError:
            code = error.code
            message = error.description
        case is SystemIOError:
            code = .kafkaStorageError
            message = nil
        default:
            code = .unknownServerError
            message = nil
        }
    }

    private static func code(_ error: LogError) -> KafkaErrorCode {
        switch error {
        case .offsetOutOfRange: .offsetOutOfRange
        case .corruptBatch: .corruptMessage
        case .invalidBatch(_, let reason): code(reason)
        case .batchTooLarge: .messageTooLarge
        case .controlBatchRefused, .invalidRecord: .invalidRecord
        case .invalidTimestamp: .invalidTimestamp
        case .outOfOrderSequence: .outOfOrderSequenceNumber
        case .fencedProducer: .invalidProducerEpoch
        case .invalidTransactionState: .invalidTxnState
        case .invalidConfiguration: .invalidConfig
        case .damagedFile, .offline, .fencedTier: .kafkaStorageError
        case .closed: .notLeaderOrFollower
        }
    }

    private static func code(_ reason: RecordError) -> KafkaErrorCode {
        switch reason {
        case .checksumMismatch, .truncated: .corruptMessage
        case .unsupportedMagic: .unsupportedForMessageFormat
        case .unsupportedCompression: .unsupportedCompressionType
        default: .invalidRecord
        }
    }
}
