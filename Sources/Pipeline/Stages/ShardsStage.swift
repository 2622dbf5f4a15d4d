import Documents
import FoundationEssentials
import LogClient
import Shards
import StateStore
import Streams

/// Writes token shards in the one order. The open shard's length is part of each commit, so that a killed run goes on exactly there.
final class ShardsStage: Processor {
    private static let key = Array("writer".utf8)

    private let writer: TokenShardWriter
    private let store: any KeyValueStore

    init(folder: String, settings: TokenShardSettings, context: ProcessorContext) throws {
        store = try context.store("shards")
        let state = try store.get(Self.key).map { try TokenShardState(decoding: $0) }
        writer = try TokenShardWriter(folder: folder, settings: settings, resuming: state)
    }

    func process(_ record: borrowing FetchedRecord, _ context: ProcessorContext) throws -> Disposition {
        // What was put back for another stage is here already.
        if let target = record.text("leat-retry"), target != context.task.stage { return .accounted }
        let document = try Document(record)
        try writer.append(
            try TokenIdentifiers.read(document.tokens.ids), order: Shards.OrderKey(context.order), id: document.id,
            source: document.url)
        context.count("tokens", Int(document.tokens.count))
        return .passed
    }

    func endOfInput(_ context: ProcessorContext) throws { try writer.finish() }

    func prepareCommit(_ context: ProcessorContext) throws {
        try store.put(Self.key, try writer.flush(durably: true).encoded())
    }

    func didCommit(_ context: ProcessorContext) throws {
        for shard in writer.unpublished { try writer.publish(shard) }
    }
}

extension Shards.OrderKey {
    /// The engine's key; pages of archives have nothing but their ordinal.
    init(_ order: Streams.OrderKey) {
        self.init(order.primary, tieBreak: UInt64(order.partition) << 40 | (order.offset & 0xFF_FFFF_FFFF))
    }
}

extension Streams.OrderKey {
    init(_ order: Shards.OrderKey) {
        self.init(order.ordinal, partition: UInt32(truncatingIfNeeded: order.tieBreak >> 40), offset: order.tieBreak & 0xFF_FFFF_FFFF)
    }
}
