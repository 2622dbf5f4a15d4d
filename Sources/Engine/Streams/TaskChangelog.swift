// A changelog record: key = store name length u8 | store name (UTF-8) | key in the store; value = the new value, null: deleted.

import Coordination
import LogClient
import Records
import StateStore

/// A task's state together with the changelog partition that it can be rebuilt from.
///
/// Owned by its task. The state on disk is at worst behind the changelog and never ahead of it: changes are written to the
/// changelog inside the transaction, and to disk only after it has committed (the idea of KIP-892).
final class TaskChangelog {
    let state: any TaskState
    let partition: TopicPartition
    private let compression: CompressionCodec
    private let nowMilliseconds: @Sendable () -> Int64

    init(
        state: any TaskState, partition: TopicPartition, compression: CompressionCodec,
        nowMilliseconds: @escaping @Sendable () -> Int64
    ) {
        self.state = state
        self.partition = partition
        self.compression = compression
        self.nowMilliseconds = nowMilliseconds
    }

    /// Writes the changes since the last commit into the transaction.
    func writeChanges(_ transaction: any LogTransaction) throws {
        let builder = RecordBatchBuilder(compression: compression)
        var failure: (any Error)?
        state.takeChanges { store, key, value in
            guard failure == nil else { return }
            do {
                let name = Array(store.utf8)
                var fullKey: [UInt8] = [UInt8(name.count)]
                fullKey.reserveCapacity(1 + name.count + key.count)
                fullKey += name
                fullKey += key
                try builder.append(key: fullKey, value: value.map { [UInt8]($0) }, headers: [], timestamp: nowMilliseconds())
                if builder.byteCount >= OutputCollector.batchBytes { try transaction.append(builder, to: partition) }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        if !builder.isEmpty { try transaction.append(builder, to: partition) }
    }

    /// The transaction has committed: what it wrote to the changelog is in the state, too, from now on.
    func commit(_ transaction: any LogTransaction) throws {
        try state.commit(changelogOffset: transaction.endOffset(of: partition))
    }

    /// Writes one entry of the changelog into the state.
    static func replay(_ record: borrowing FetchedRecord, of partition: TopicPartition, into state: any TaskState) throws {
        guard let key = record.key, let size = key.first, key.count > Int(size) else {
            throw EngineError(.corruptBatch, "\(partition) offset \(record.offset): not a changelog entry")
        }
        let store = String(decoding: key[1...Int(size)], as: UTF8.self)
        try state.restore(store: store, key: UnsafeRawBufferPointer(rebasing: key[(Int(size) + 1)...]), value: record.value)
    }
}
