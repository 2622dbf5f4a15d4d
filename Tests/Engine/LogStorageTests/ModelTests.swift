import LogStorage
import Records
import SystemIO
import Testing

/// Random work on a log and on a plain list of what should be in it; both must agree at every step.
@Suite struct ModelTests {
    struct Model {
        struct Entry: Equatable {
            var offset: Int64
            var value: String
            /// `nil` outside of a transaction, and for markers.
            var producer: Int64?
            var isMarker = false
        }

        struct Producer {
            var epoch: Int16 = 0
            var sequence: Int32 = 0
            var first: Int64?
            var recent: [(bytes: [UInt8], base: Int64, last: Int64)] = []
        }

        var entries: [Entry] = []
        var start: Int64 = 0
        var end: Int64 = 0
        var flushed: Int64 = 0
        var producers: [Int64: Producer] = [:]
        /// Offsets of aborted records.
        var aborted: Set<Int64> = []
        /// First offset and marker of ended transactions.
        var ended: [(first: Int64, marker: Int64)] = []

        var stable: Int64 {
            let open = producers.values.compactMap(\.first).min() ?? .max
            let unsettled = ended.filter { $0.marker >= flushed }.map(\.first).min() ?? .max
            return min(flushed, open, unsettled)
        }
    }

    static let settings = ["segment.bytes": "1500", "index.interval.bytes": "150", "retention.ms": "-1"]

    @Test(arguments: 0..<40) func agreesWithAList(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        var disk = SimulatedFileSystem()
        let clock = ManualTimeSource()
        var log = try LogFixture.open(disk, Self.settings, clock: clock)
        var model = Model()
        for step in 0..<120 {
            clock.advance(milliseconds: Int64.random(in: 0...300, using: &random))
            switch Int.random(in: 0..<20, using: &random) {
            case 0..<6: try Self.appendPlain(log, &model, step, &random)
            case 6..<10: try Self.appendTransactional(log, &model, step, &random)
            case 10..<12: try Self.endTransaction(log, &model, &random)
            case 12: try Self.repeatBatch(log, &model, &random)
            case 13..<16:
                try log.flush()
                model.flushed = model.end
            case 16:
                model.start = Int64.random(in: model.start...max(model.start, model.flushed), using: &random)
                try log.deleteRecords(before: model.start)
            case 17:
                try log.close()
                model.flushed = model.end
                log = try LogFixture.open(disk, Self.settings, clock: clock)
                #expect(log.recovery.wasClean && log.recovery.indexesRebuilt == 0)
                Self.forgetOldBatches(&model)
            case 18:
                // Killed: all that was written is there, and durable once the log is open again.
                disk = disk.afterKill()
                log = try LogFixture.open(disk, Self.settings, clock: clock)
                model.flushed = model.end
                Self.forgetOldBatches(&model)
            default: break
            }
            try Self.compare(log, model, &random, "seed \(seed), step \(step)")
        }
    }

    static func appendPlain(
        _ log: PartitionLog, _ model: inout Model, _ step: Int, _ random: inout SeededGenerator
    ) throws {
        var bytes: [UInt8] = []
        var entries: [Model.Entry] = []
        for batch in 0..<Int.random(in: 1...3, using: &random) {
            let values = (0..<Int.random(in: 1...4, using: &random)).map {
                "p\(step).\(batch).\($0)" + String(repeating: "x", count: Int.random(in: 0...150, using: &random))
            }
            bytes += try LogFixture.batch(values, compression: CompressionCodec.allCases.randomElement(using: &random) ?? .none)
            for value in values {
                entries.append(.init(offset: model.end + Int64(entries.count), value: value))
            }
        }
        let result = try log.append(batches: bytes, leaderEpoch: Int32(step / 10))
        #expect(result.baseOffset == model.end && result.lastOffset == model.end + Int64(entries.count) - 1)
        model.entries += entries
        model.end += Int64(entries.count)
    }

    static func appendTransactional(
        _ log: PartitionLog, _ model: inout Model, _ step: Int, _ random: inout SeededGenerator
    ) throws {
        let id = Int64.random(in: 1...3, using: &random)
        var producer = model.producers[id] ?? .init()
        let values = (0..<Int.random(in: 1...3, using: &random)).map { "t\(id).\(step).\($0)" }
        let bytes = try LogFixture.batch(values, producer: (id, producer.epoch, producer.sequence), isTransactional: true)
        let result = try log.append(batches: bytes, leaderEpoch: Int32(step / 10))
        #expect(result.baseOffset == model.end && !result.isDuplicate)
        for (delta, value) in values.enumerated() {
            model.entries.append(.init(offset: model.end + Int64(delta), value: value, producer: id))
        }
        producer.first = producer.first ?? model.end
        producer.sequence += Int32(values.count)
        producer.recent.append((bytes, result.baseOffset, result.lastOffset))
        if producer.recent.count > 5 { producer.recent.removeFirst() }
        model.end += Int64(values.count)
        model.producers[id] = producer
    }

    static func endTransaction(_ log: PartitionLog, _ model: inout Model, _ random: inout SeededGenerator) throws {
        let open = model.producers.filter { $0.value.first != nil }.keys.sorted()
        guard let id = open.randomElement(using: &random), let first = model.producers[id]?.first else { return }
        let isCommit = Bool.random(using: &random)
        let epoch = model.producers[id]?.epoch ?? 0
        let result = try log.appendEndTransactionMarker(producerId: id, epoch: epoch, commit: isCommit, leaderEpoch: 0)
        #expect(result.baseOffset == model.end)
        if !isCommit {
            for entry in model.entries where entry.producer == id && entry.offset >= first { model.aborted.insert(entry.offset) }
        }
        model.entries.append(.init(offset: model.end, value: "", isMarker: true))
        model.ended.append((first, model.end))
        model.producers[id]?.first = nil
        model.end += 1
    }

    /// A producer that did not hear of its success sends a batch again.
    static func repeatBatch(_ log: PartitionLog, _ model: inout Model, _ random: inout SeededGenerator) throws {
        guard let sent = model.producers.sorted(by: { $0.key < $1.key }).flatMap(\.value.recent).randomElement(using: &random)
        else { return }
        let result = try log.append(batches: sent.bytes, leaderEpoch: 0)
        #expect(result.isDuplicate && result.baseOffset == sent.base && result.lastOffset == sent.last)
    }

    /// A snapshot remembers each producer's last batch alone.
    static func forgetOldBatches(_ model: inout Model) {
        for id in model.producers.keys {
            let last = model.producers[id]?.recent.suffix(1) ?? []
            model.producers[id]?.recent = Array(last)
        }
    }

    static func compare(
        _ log: PartitionLog, _ model: Model, _ random: inout SeededGenerator, _ comment: Comment
    ) throws {
        #expect(log.startOffset == model.start && log.endOffset == model.end, comment)
        #expect(log.highWatermark == model.flushed && log.lastStableOffset == model.stable, comment)
        #expect(Set(log.ongoingTransactions.map(\.producerId)) == Set(model.producers.filter { $0.value.first != nil }.keys), comment)
        let from = Int64.random(in: model.start...model.end, using: &random)
        let maxBytes = Int.random(in: 1...2000, using: &random)
        for limit in [ReadLimit.logEnd, .highWatermark, .lastStableOffset] {
            let end =
                switch limit {
                case .logEnd: model.end
                case .highWatermark: model.flushed
                case .lastStableOffset: model.stable
                }
            var found: [Model.Entry] = []
            var offset = from
            while true {
                let slice = try log.read(from: offset, maxBytes: maxBytes, upTo: limit)
                if slice.isEmpty { break }
                found += try readCommitted(slice, from: offset, limit)
                offset = slice.nextOffset
            }
            #expect(offset == max(from, end), comment)
            let expected = model.entries.filter {
                $0.offset >= from && $0.offset < end && (limit != .lastStableOffset || !($0.isMarker || model.aborted.contains($0.offset)))
            }
            #expect(found.map(\.offset) == expected.map(\.offset), comment)
            #expect(zip(found, expected).allSatisfy { $1.isMarker || $0.value == $1.value }, comment)
        }
    }

    /// The records of a slice; for a read of committed records without markers and what was aborted, as a consumer
    /// finds out: a transaction of the list is aborted from its first offset up to its producer's next abort marker.
    static func readCommitted(_ slice: LogSlice, from offset: Int64, _ limit: ReadLimit) throws -> [Model.Entry] {
        let reader = RecordBatchReader()
        var entries: [Model.Entry] = []
        var aborted: [Int64: Bool] = [:]
        var pending = slice.abortedTransactions.sorted { $0.firstOffset < $1.firstOffset }
        let bytes = Array(slice.bytes)
        var position = 0
        while position < bytes.count {
            let rest = Array(bytes[position...])
            let header = try RecordBatchHeader(checking: rest.span.bytes)
            while let next = pending.first, next.firstOffset <= header.lastOffset {
                aborted[next.producerId] = true
                pending.removeFirst()
            }
            var isSkipped = limit == .lastStableOffset && header.attributes.isControl
            if limit == .lastStableOffset, header.attributes.isTransactional, aborted[header.producerId] == true { isSkipped = true }
            try reader.forEachRecord(in: rest.span.bytes) { record in
                if header.attributes.isControl {
                    if let marker = try EndTransactionMarker(record), !marker.isCommit { aborted[header.producerId] = false }
                }
                guard record.offset >= offset, !isSkipped else { return }
                entries.append(
                    .init(offset: record.offset, value: record.value.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }))
            }
            position += header.byteCount
        }
        return entries
    }
}
