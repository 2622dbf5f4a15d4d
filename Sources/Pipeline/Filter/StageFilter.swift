import Documents
import FoundationEssentials
import Records
public import Streams
import SwiftProtobuf

/// A stage as a filter: records in, results out, in the same order, no log.
///
/// The stage is the very one of the pipeline, with the same settings and models, so its results are those of the streaming run, byte
/// for byte. Only stages that handle each record by itself can be filters. One owner at a time.
public final class StageFilter {
    public struct Settings: Sendable {
        public var format = FilterFormat.json
        /// Every result is a StageResult: documents, rejections and dead letters tell themselves apart.
        public var isTagged = false
        /// Bytes of one input record.
        public var recordLimit = 128 << 20
        public var ignoresUnknownFields = false
        /// Rejections go to a place of their own.
        public var keepsRejected = false
        /// Dead letters go to a place of their own.
        public var keepsDead = false

        public init() {}
    }

    /// Bytes to be written, framed. Whoever writes them empties them.
    public struct Outputs: Sendable {
        /// Standard output: what goes on; tagged, rejections and dead letters too, unless they are kept apart.
        public var results: [UInt8] = []
        /// Rejections, where they are kept apart.
        public var rejected: [UInt8] = []
        /// Dead letters, where they are kept apart.
        public var dead: [UInt8] = []

        public init() {}
    }

    private let codec: FilterCodec
    private let settings: Settings
    private let task: DirectTask
    private let build: String
    public var outputs = Outputs()
    /// Records so far; the number of the last one, from 1.
    public private(set) var recordCount: UInt64 = 0

    public var ledger: Ledger { task.ledger }

    public init(
        stage name: String, recipe: Recipe, environment: PipelineEnvironment, settings: Settings
    ) throws {
        guard let entry = recipe.stage(name) else {
            throw PipelineError(
                "the recipe \(recipe.name) has no stage \(name); it has \(recipe.stages.map(\.name).joined(separator: ", "))")
        }
        guard FilterCodec.stages.contains(name) else {
            throw PipelineError(
                """
                the stage \(name) cannot run as a filter: \(Self.reason(entry)). These can, since they handle each record by itself: \
                \(FilterCodec.stages.joined(separator: ", "))
                """)
        }
        // Alone, so that no other stage's models are loaded.
        var alone = recipe
        alone.stages = [entry]
        guard let stage = try WebTopology(recipe: alone, environment: environment).stages.first else {
            throw PipelineError("the stage \(name) was not made")
        }
        task = try DirectTask(stage)
        codec = FilterCodec(stage: name, format: settings.format, ignoresUnknownFields: settings.ignoresUnknownFields)
        build = environment.build
        self.settings = settings
    }

    private static func reason(_ entry: StageRecipe) -> String {
        switch entry.settings {
        case .ingest: "it reads archives, and numbers all their pages"
        case .match: "what it finds depends on all documents before, which it keeps in its state"
        case .dedup: "each decision depends on all documents before it, which it keeps in its state"
        case .unique: "it joins two topics"
        case .shards, .lake: "it writes files of its own, in one order over all records, and keeps its place in them"
        default: "it does not handle each record by itself"
        }
    }

    /// Handles one record of the input. Returns why it could not be handled, nil where it was; what was emitted is in ``outputs``.
    /// Throws where nothing can go on.
    public func handle(_ framed: FramedRecord) throws -> String? {
        recordCount += 1
        switch framed {
        case .tooLong(let length):
            task.countUnreadable()
            return try bury("it has \(length) bytes, and the limit is \(settings.recordLimit)", [])
        case .cutOff(let length):
            task.countUnreadable()
            return try bury("the input ended \(length) bytes into it", [])
        case .record(let bytes): return try handle(bytes)
        }
    }

    private func handle(_ bytes: UnsafeRawBufferPointer) throws -> String? {
        let read: (record: Record, order: OrderKey)
        do {
            read = try codec.record(bytes)
        } catch {
            task.countUnreadable()
            return try bury("it cannot be read: \(error)", [UInt8](bytes))
        }
        let outcome = try task.process(read.record, order: read.order) { output, record in
            let value = record.value ?? []
            if output != nil {
                try codec.append(value, codec.output, isTagged: settings.isTagged, to: &outputs.results)
            } else if settings.keepsRejected {
                try codec.append(value, .rejection, isTagged: false, to: &outputs.rejected)
            } else if settings.isTagged {
                try codec.append(value, .rejection, isTagged: true, to: &outputs.results)
            }
        }
        guard case .failed(let error) = outcome else { return nil }
        return try bury(describe(error), [UInt8](bytes))
    }

    /// The dead letter: to its own place, or among tagged results. Gives back the error.
    private func bury(_ error: String, _ input: [UInt8]) throws -> String {
        guard settings.keepsDead || settings.isTagged else { return error }
        var letter = Documents.DeadLetter()
        letter.record = recordCount
        letter.error = String(error.prefix(8_192))
        letter.stage = task.stage.name
        letter.build = build
        letter.input = Data(input)
        let value: [UInt8] = try letter.serializedBytes()
        if settings.keepsDead {
            try codec.append(value, .dead, isTagged: false, to: &outputs.dead)
        } else {
            try codec.append(value, .dead, isTagged: true, to: &outputs.results)
        }
        return error
    }
}
