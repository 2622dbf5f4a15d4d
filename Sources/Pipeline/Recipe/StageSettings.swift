public import Filtering
import Yams

/// The settings of a stage, by its kind.
public enum StageSettings: Sendable {
    case ingest(IngestSettings)
    case extract(ExtractSettings)
    case filter(FilterChainSettings)
    case sign(SignSettings)
    case dedup(DedupSettings)
    /// One of the matchers that `dedup` is divided into: never written in a recipe (``DividedStage``).
    case match(MatchSettings)
    case unique
    case tokenize(TokenizeSettings)
    case shards(ShardsSettings)
    case lake(LakeStageSettings)

    static let stages = ["ingest", "extract", "filter", "sign", "dedup", "unique", "tokenize", "shards", "lake"]

    init(stage: String, node: Node) throws {
        func decode<Settings: KnownKeys>(_ type: Settings.Type) throws -> Settings {
            let keys = (node.mapping?.keys.compactMap(\.string) ?? [])
            if let unknown = keys.first(where: { !Settings.keys.contains($0) }) {
                throw PipelineError("unknown key \(unknown); there are \(Settings.keys.joined(separator: ", "))")
            }
            return try YAMLDecoder().decode(type, from: node)
        }
        switch stage {
        case "ingest": self = .ingest(try decode(IngestSettings.self))
        case "extract": self = .extract(try decode(ExtractSettings.self))
        case "filter": self = .filter(try YAMLDecoder().decode(FilterChainSettings.self, from: node))
        case "sign": self = .sign(try decode(SignSettings.self))
        case "dedup": self = .dedup(try decode(DedupSettings.self))
        case "unique":
            if let key = node.mapping?.keys.first?.string { throw PipelineError("unknown key \(key); this stage has no settings") }
            self = .unique
        case "tokenize": self = .tokenize(try decode(TokenizeSettings.self))
        case "shards": self = .shards(try decode(ShardsSettings.self))
        case "lake": self = .lake(try decode(LakeStageSettings.self))
        default:
            throw PipelineError("there is no such stage; there are \(Self.stages.joined(separator: ", "))")
        }
    }
}

/// Settings that know all their keys, so that a misspelt one is an error and not a default.
protocol KnownKeys: Decodable, Sendable {
    static var keys: [String] { get }
}

/// Which pages are taken from archives.
public struct IngestSettings: KnownKeys {
    /// HTTP statuses of pages that go on.
    public var statuses = [200]
    /// Media types that go on; a page without one goes on where it looks like HTML.
    public var mediaTypes = ["text/html", "application/xhtml+xml", "text/plain"]
    /// Bytes of one record's block; longer ones are cut and marked.
    public var blockLimitBytes = 32 << 20

    static let keys = CodingKeys.allCases.map(\.rawValue)
    enum CodingKeys: String, CodingKey, CaseIterable {
        case statuses
        case mediaTypes = "media_types"
        case blockLimitBytes = "block_limit_bytes"
    }

    public init() {}

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        statuses = try container.decodeIfPresent([Int].self, forKey: .statuses) ?? statuses
        mediaTypes = try container.decodeIfPresent([String].self, forKey: .mediaTypes) ?? mediaTypes
        blockLimitBytes = try container.decodeIfPresent(Int.self, forKey: .blockLimitBytes) ?? blockLimitBytes
        guard (1024...(64 << 20)).contains(blockLimitBytes) else {
            throw PipelineError("block_limit_bytes is \(blockLimitBytes); 1024 to \(64 << 20) are allowed")
        }
    }
}

public struct ExtractSettings: KnownKeys {
    /// Bytes of one page after decoding; the rest is cut off.
    public var bodyLimitBytes = 16 << 20
    /// File of the fastText model, in the folder of models.
    public var languageModel = "lid.176.ftz"

    static let keys = CodingKeys.allCases.map(\.rawValue)
    enum CodingKeys: String, CodingKey, CaseIterable {
        case bodyLimitBytes = "body_limit_bytes"
        case languageModel = "language_model"
    }

    public init() {}

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        bodyLimitBytes = try container.decodeIfPresent(Int.self, forKey: .bodyLimitBytes) ?? bodyLimitBytes
        languageModel = try container.decodeIfPresent(String.self, forKey: .languageModel) ?? languageModel
        guard (1024...(64 << 20)).contains(bodyLimitBytes) else {
            throw PipelineError("body_limit_bytes is \(bodyLimitBytes); 1024 to \(64 << 20) are allowed")
        }
    }
}

public struct SignSettings: KnownKeys {
    public var bands = 14
    public var rows = 8
    public var seed: UInt64?

    static let keys = CodingKeys.allCases.map(\.rawValue)
    enum CodingKeys: String, CodingKey, CaseIterable { case bands, rows, seed }

    public init() {}

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        bands = try container.decodeIfPresent(Int.self, forKey: .bands) ?? bands
        rows = try container.decodeIfPresent(Int.self, forKey: .rows) ?? rows
        seed = try container.decodeIfPresent(UInt64.self, forKey: .seed)
    }
}

public struct DedupSettings: KnownKeys {
    /// Must be those of the stage sign.
    public var signature = SignSettings()
    /// Exact Jaccard of word 5-grams from which on a document is a duplicate.
    public var threshold = 0.8
    /// Stages among which the bands are divided; 1: the stage does it all by itself. The results are the same.
    public var matchers = 1

    static let keys = SignSettings.keys + CodingKeys.allCases.map(\.rawValue)
    enum CodingKeys: String, CodingKey, CaseIterable { case threshold, matchers }

    public init() {}

    public init(from decoder: any Decoder) throws {
        signature = try SignSettings(from: decoder)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        threshold = try container.decodeIfPresent(Double.self, forKey: .threshold) ?? threshold
        matchers = try container.decodeIfPresent(Int.self, forKey: .matchers) ?? matchers
        guard matchers >= 1, matchers <= signature.bands else {
            throw PipelineError("matchers is \(matchers); 1 to \(signature.bands) are possible, since each has one of the \(signature.bands) bands at least")
        }
    }
}

/// One matcher of several.
public struct MatchSettings: Sendable {
    public var signature: SignSettings
    /// From 0.
    public var number: Int
    public var count: Int
}

public struct TokenizeSettings: KnownKeys {
    /// Name of an installed tokenizer.
    public var tokenizer = "gpt2"

    static let keys = CodingKeys.allCases.map(\.rawValue)
    enum CodingKeys: String, CodingKey, CaseIterable { case tokenizer }

    public init() {}

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        tokenizer = try container.decodeIfPresent(String.self, forKey: .tokenizer) ?? tokenizer
    }
}

public struct ShardsSettings: KnownKeys {
    /// megatron, plain or tfrecord.
    public var format = "megatron"
    public var tokensPerShard = 100_000_000
    /// Put an end-of-document token behind each document.
    public var endOfDocument = true

    static let keys = CodingKeys.allCases.map(\.rawValue)
    enum CodingKeys: String, CodingKey, CaseIterable {
        case format
        case tokensPerShard = "tokens_per_shard"
        case endOfDocument = "end_of_document"
    }

    public init() {}

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        format = try container.decodeIfPresent(String.self, forKey: .format) ?? format
        tokensPerShard = try container.decodeIfPresent(Int.self, forKey: .tokensPerShard) ?? tokensPerShard
        endOfDocument = try container.decodeIfPresent(Bool.self, forKey: .endOfDocument) ?? endOfDocument
    }
}

public struct LakeStageSettings: KnownKeys {
    public var rowsPerFile = 500_000
    public var bytesPerFile = 512 << 20
    /// A file closes, however small, when so many pages were ingested since its first row: what the log keeps for the lake is bounded by it.
    public var pagesPerFile = 1_000_000
    /// Rows in memory, all languages together; what is more waits on disk.
    public var memoryBytes = 128 << 20

    static let keys = CodingKeys.allCases.map(\.rawValue)
    enum CodingKeys: String, CodingKey, CaseIterable {
        case rowsPerFile = "rows_per_file"
        case bytesPerFile = "bytes_per_file"
        case pagesPerFile = "pages_per_file"
        case memoryBytes = "memory_bytes"
    }

    public init() {}

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        rowsPerFile = try container.decodeIfPresent(Int.self, forKey: .rowsPerFile) ?? rowsPerFile
        bytesPerFile = try container.decodeIfPresent(Int.self, forKey: .bytesPerFile) ?? bytesPerFile
        pagesPerFile = try container.decodeIfPresent(Int.self, forKey: .pagesPerFile) ?? pagesPerFile
        memoryBytes = try container.decodeIfPresent(Int.self, forKey: .memoryBytes) ?? memoryBytes
        guard pagesPerFile > 0, memoryBytes >= 0 else { throw PipelineError("pages_per_file and memory_bytes are positive numbers") }
    }
}
