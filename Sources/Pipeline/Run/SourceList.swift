import Documents
public import LogClient
import Records
import Streams
import SwiftProtobuf
import WebArchive
import Coordination

/// The list of what a data folder ingests: the topic `ingest.archives`, one record an archive or page file.
public struct SourceList {
    private static let topic = TopicPartition("ingest.archives", 0)
    private let engine: any LogEngine
    /// Locations that are listed already.
    private var known: Set<String> = []
    private var isClosed = true

    /// Reads what is listed.
    public init(engine: any LogEngine) throws {
        self.engine = engine
        var (known, isClosed) = (self.known, self.isClosed)
        try engine.forEachRecord(in: Self.topic, from: try engine.startOffset(of: Self.topic)) { record in
            let source = try ArchiveSource(serializedBytes: record.value.map { [UInt8]($0) } ?? [])
            if !source.location.isEmpty { known.insert(source.location) }
            isClosed = source.last
            return true
        }
        (self.known, self.isClosed) = (known, isClosed)
    }

    /// What `arguments` name, in order; errors where something is not there. Needs no data folder.
    ///
    /// `pageBase`: the address that is put in front of page files' paths; without it they are file:// addresses.
    public static func expand(_ arguments: [String], pageBase: String?) throws -> ExpandedSources {
        ExpandedSources(inputs: try InputExpansion(pageBase: pageBase).expand(arguments))
    }

    /// Lists what is not listed yet, in one transaction; says how many were added and how many were known.
    ///
    /// `closes`: nothing follows in this run, so that everything open is closed behind them. The same sources again add nothing: that is
    /// how a killed run is resumed.
    ///
    /// `nowMilliseconds`: since 1970; becomes the records' timestamp, and that of everything that is derived from them.
    public mutating func add(
        _ sources: ExpandedSources, closes: Bool, nowMilliseconds: Int64 = PipelineRunner.wallMilliseconds()
    ) throws -> (added: Int, known: Int) {
        let inputs = sources.inputs
        let fresh = inputs.filter { !known.contains($0.location) }
        guard !fresh.isEmpty || (closes && !isClosed) else { return (0, inputs.count) }
        let transaction = try engine.beginTransaction(id: "leat-sources")
        let builder = RecordBatchBuilder()
        var sources = fresh.map { input in
            var source = ArchiveSource()
            source.location = input.location
            source.kind = input.kind.rawValue
            source.url = input.pageURI ?? ""
            source.bytes = input.bytes ?? 0
            source.dump = Self.dump(of: input.location)
            return source
        }
        if sources.isEmpty { sources = [ArchiveSource()] }
        if closes { sources[sources.count - 1].last = true }
        // The timestamp is inherited by every page of the archive, so retention and seeking by time see when it was ingested. The order
        // must not be taken from it: it would stand above that of any page, and progress after a dead archive would pass them all.
        let order = [RecordHeader(key: RuntimeHeader.order, value: OrderKey(0).bytes)]
        for source in sources {
            try builder.append(
                key: Array(source.location.utf8), value: try source.serializedBytes(), headers: order, timestamp: nowMilliseconds)
            if builder.byteCount > 1 << 18 { try transaction.append(builder, to: Self.topic) }
            known.insert(source.location)
        }
        if !builder.isEmpty { try transaction.append(builder, to: Self.topic) }
        try transaction.commit([])
        isClosed = closes
        return (fresh.count, inputs.count - fresh.count)
    }

    /// Common Crawl's paths name their collection (`crawl-data/CC-MAIN-2024-10/…`); other archives have none.
    private static func dump(of location: String) -> String {
        location.split(separator: "/").first { $0.hasPrefix("CC-MAIN-") && !$0.contains(".") }.map(String.init) ?? ""
    }
}

/// Archives and page files, found and in order.
public struct ExpandedSources: Sendable {
    let inputs: [ArchiveInput]
}
