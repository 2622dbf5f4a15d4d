// <offset>.snapshot: the producers as of that offset (Kafka's ProducerStateManager.java). Big-endian.
//   version i16 = 1
//   CRC-32C u32 of everything after it
//   count i32, then for each producer:
//     producer id i64, epoch i16, last sequence i32 (-1 none), last offset i64 (-1 none), offset delta i32 (of the last
//     batch), timestamp i64, coordinator epoch i32, first offset i64 of the open transaction (-1 none)
// It remembers the last batch of each producer alone.

import Records
import SystemIO

enum ProducerSnapshot {
    private static let entrySize = 46
    private static let headSize = 10

    static func encode(_ table: ProducerStateTable) -> [UInt8] {
        var body = Int32(table.producers.count).bigEndianBytes
        for (producerId, state) in table.producers.sorted(by: { $0.key < $1.key }) {
            body += producerId.bigEndianBytes + state.epoch.bigEndianBytes + state.lastSequence.bigEndianBytes
            body += (state.batches.last?.lastOffset ?? -1).bigEndianBytes
            body += (state.batches.last?.offsetDelta ?? 0).bigEndianBytes
            body += state.timestamp.bigEndianBytes + state.coordinatorEpoch.bigEndianBytes
            body += (state.transactionFirstOffset ?? -1).bigEndianBytes
        }
        return Int16(1).bigEndianBytes + Checksum.crc32c(body).bigEndianBytes + body
    }

    /// `nil` for anything that `encode` did not write: the table is then rebuilt from the log.
    static func decode(_ bytes: [UInt8]) -> ProducerStateTable? {
        let raw = bytes[...]
        guard bytes.count >= headSize, raw.bigEndian(Int16.self, at: 0) == 1,
            raw.bigEndian(UInt32.self, at: 2) == Checksum.crc32c(Array(bytes[6...]))
        else { return nil }
        let count = Int(raw.bigEndian(Int32.self, at: 6))
        guard count >= 0, bytes.count - headSize == count * entrySize else { return nil }
        var table = ProducerStateTable()
        for index in 0..<count {
            let entry = bytes[(headSize + index * entrySize)...]
            var state = ProducerState(epoch: entry.bigEndian(Int16.self, at: 8))
            let lastSequence = entry.bigEndian(Int32.self, at: 10)
            let offsetDelta = entry.bigEndian(Int32.self, at: 22)
            let lastOffset = entry.bigEndian(Int64.self, at: 14)
            guard offsetDelta >= 0, lastOffset >= -1 else { return nil }
            if lastSequence >= 0, lastOffset >= 0 {
                state.batches = [
                    .init(
                        firstSequence: sequence(lastSequence, minus: offsetDelta), lastSequence: lastSequence,
                        lastOffset: lastOffset, offsetDelta: offsetDelta)
                ]
            }
            state.timestamp = entry.bigEndian(Int64.self, at: 26)
            state.coordinatorEpoch = entry.bigEndian(Int32.self, at: 34)
            let transaction = entry.bigEndian(Int64.self, at: 38)
            state.transactionFirstOffset = transaction >= 0 ? transaction : nil
            table.set(entry.bigEndian(Int64.self, at: 0), to: state)
        }
        return table
    }

    /// Sequences run from 0 to Int32.max and around.
    private static func sequence(_ last: Int32, minus delta: Int32) -> Int32 {
        let first = Int64(last) - Int64(delta)
        return Int32(first >= 0 ? first : first + Int64(Int32.max) + 1)
    }
}
