internal import CRdkafka
import Coordination
import Records
import Synchronization

/// The producer of one transactional id: makes one transaction after the other, and is made anew after any failure.
///
/// To begin anew is what settles a transaction whose outcome is unknown: the coordinator ends it, by its commit record or by abortion, before
/// it gives the new producer its epoch (KIP-98).
final class TransactionalProducer: Sendable {
    private let id: String
    private let configuration: ClusterConfiguration
    private let compression: @Sendable (String) -> CompressionCodec
    private let group: @Sendable (String) -> ClusterGroup?
    private let current = Mutex<ProducerSession?>(nil)

    init(
        id: String, _ configuration: ClusterConfiguration, _ compression: @escaping @Sendable (String) -> CompressionCodec,
        group: @escaping @Sendable (String) -> ClusterGroup?
    ) {
        self.id = id
        self.configuration = configuration
        self.compression = compression
        self.group = group
    }

    func begin() throws(EngineError) -> ClusterTransaction {
        try current.withLock { current throws(EngineError) in
            let session: ProducerSession
            // One that was begun and neither committed nor aborted is given up, as everything unsettled: the new session fences it.
            if let usable = current, usable.isUsable, !usable.isOpen {
                session = usable
            } else {
                current?.end()
                current = nil
                session = try ProducerSession(id: id, configuration, compression, group: group)
                current = session
            }
            try session.begin()
            return ClusterTransaction(session)
        }
    }
}

/// One transaction over the wire.
final class ClusterTransaction: LogTransaction {
    private let session: ProducerSession
    private let ends = Mutex<[TopicPartition: Int64]?>(nil)

    init(_ session: ProducerSession) { self.session = session }

    func append(_ builder: RecordBatchBuilder, to partition: TopicPartition) throws(EngineError) {
        do {
            let bytes = try builder.finish()
            var failure: EngineError?
            // The batch was encoded by us a moment ago, so there is no checksum to doubt.
            try RecordBatchReader().forEachRecord(in: bytes.span.bytes, verifyingChecksum: false) { record in
                if failure == nil { failure = session.send(record, to: partition) }
            }
            if let failure { throw failure }
            session.takeReports()
        } catch let error as EngineError {
            throw error
        } catch {
            throw EngineError(.invalidRequest, "\(partition): \(error)")
        }
    }

    func commit(_ positions: [OffsetCommit]) throws(EngineError) {
        let found = try session.commit(positions)
        ends.withLock { $0 = found }
    }

    func abort() throws(EngineError) { session.giveUp() }

    func endOffset(of partition: TopicPartition) -> Int64? { ends.withLock { $0?[partition] } }
}
