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
    private let partition: TopicPartition
    private let compression: CompressionCodec
    private let nowMilliseconds: @Sendable () -> Int64
    private var pendingOffset: Int64?

    init(
        state: any TaskState, partition: TopicPartition, compression: CompressionCodec,
        nowMilliseconds: @escaping @Sendable () -> Int64
    ) {
        self.state = state
        self.partition = partition
        self.compression = compression
        self.nowMilliseconds = nowMilliseconds
    }

    /// Replays what the changelog has and the state has not. Returns the number of entries replayed.
    func restore(from engine: any LogEngine) throws -> Int {
        let start = try engine.startOffset(of: partition)
        // What retention has taken away and the state lacks cannot be made up: going on would be wrong in silence.
        guard state.changelogOffset >= start else {
            throw EngineError(
                .offsetOutOfRange,
                """
                \(partition) begins at offset \(start), and the state on disk includes it only up to \(state.changelogOffset): the state was lost or \
                is of another time. Put the state folder back, or run again on a new data folder
                """)
        }
        var position = state.changelogOffset
        let end = try engine.stableOffset(of: partition)
        var records = RecordSet()
        var restored = 0
        while position < end {
            try engine.fetch(partition, from: position, maximumBytes: 1 << 20, into: &records)
            guard records.nextOffset > position else { break }
            for index in 0..<records.count {
                try records.withRecord(at: index) { record in
                    guard let key = record.key, let size = key.first, key.count > Int(size) else {
                        throw EngineError(.corruptBatch, "\(partition) offset \(record.offset): not a changelog entry")
                    }
                    let store = String(decoding: key[1...Int(size)], as: UTF8.self)
                    try state.restore(
                        store: store, key: UnsafeRawBufferPointer(rebasing: key[(Int(size) + 1)...]), value: record.value)
                }
            }
            restored += records.count
            position = records.nextOffset
            try state.commit(changelogOffset: position)
        }
        return restored
    }

    /// Writes the changes since the last commit into the transaction.
    func writeChanges(_ transaction: any LogTransaction) throws {
        let builder = RecordBatchBuilder(compression: compression)
        var last: Int64?
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
                if builder.byteCount >= OutputCollector.batchBytes { last = try transaction.append(builder, to: partition) }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        if !builder.isEmpty { last = try transaction.append(builder, to: partition) }
        if let last { pendingOffset = last + 1 }
    }

    func commit() throws {
        try state.commit(changelogOffset: pendingOffset)
        pendingOffset = nil
    }
}
