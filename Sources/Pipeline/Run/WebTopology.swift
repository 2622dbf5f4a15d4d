import Deduplication
import Extraction
import Filtering
import Shards
public import Streams
import Tokenization

/// Binds a recipe's stages to topics, groups, state and models: the dataset's topology.
///
/// Models are loaded here, before any work starts, so that a missing one is an error at once.
public struct WebTopology: Sendable {
    public let stages: [Stage]
    /// Stages of the recipe that other processes run.
    public let outside: [OutsideStage]
    /// The tokenizer's name, nil where the recipe tokenizes nothing.
    public let tokenizer: String?

    /// `group`: put in front of each stage's name for its consumer group. `only`: build just these stages, and load just their models. `outside`: leave
    /// these to other processes.
    public init(
        recipe: Recipe, environment: PipelineEnvironment, group: String = "leat-", only: Set<String>? = nil, outside: Set<String> = []
    ) throws {
        var stages: [Stage] = []
        let only = outside.isEmpty ? only : Set(recipe.stages.map(\.name)).subtracting(outside)
        if let unknown = only?.subtracting(recipe.stages.map(\.name)).sorted().first {
            throw PipelineError("the recipe has no stage \(unknown); it has \(recipe.stages.map(\.name).joined(separator: ", "))")
        }
        let needsTokenizer = only.map { !$0.isDisjoint(with: ["tokenize", "shards"]) } ?? true
        let tokenizer = needsTokenizer ? try Self.tokenizer(of: recipe, environment) : nil
        for entry in recipe.stages where only?.contains(entry.name) ?? true {
            do {
                stages.append(try Self.stage(entry, recipe, environment, tokenizer, group: group + entry.name))
            } catch {
                throw PipelineError("stage \(entry.name): \(describe(error))")
            }
        }
        self.stages = stages
        self.outside = PipelineMap(recipe: recipe, group: group).stages.filter { outside.contains($0.name) }.map {
            OutsideStage(name: $0.name, group: $0.group, inputs: $0.inputs)
        }
        self.tokenizer = tokenizer?.tokenizer.name
    }

    init(stages: [Stage], tokenizer: String?) {
        self.stages = stages
        outside = []
        self.tokenizer = tokenizer
    }

    private struct LoadedTokenizer {
        var tokenizer: Tokenizer
        var digest: String
    }

    private static func tokenizer(of recipe: Recipe, _ environment: PipelineEnvironment) throws -> LoadedTokenizer? {
        guard case .tokenize(let settings)? = recipe.stage("tokenize")?.settings else { return nil }
        let tokenizer = try Tokenizer.load(name: settings.tokenizer, folder: environment.modelsFolder + "/tokenizers")
        let digests = try tokenizer.files.map { try environment.digest(ofFile: $0) }
        return LoadedTokenizer(tokenizer: tokenizer, digest: digests.joined(separator: "+"))
    }

    private static func stage(
        _ entry: StageRecipe, _ recipe: Recipe, _ environment: PipelineEnvironment, _ loaded: LoadedTokenizer?, group: String
    ) throws -> Stage {
        var inputs = [entry.canonicalSettings]
        var changelog: String?
        let kind: Stage.Kind
        switch entry.settings {
        case .ingest(let settings):
            changelog = "ingest-changelog"
            let stamp = StageStamper(stage: entry.name, build: environment.build, inputs: inputs)
            kind = .perPartition { _ in IngestStage(settings: settings, stamp: stamp) }
        case .extract(let settings):
            let path = environment.modelsFolder + "/" + settings.languageModel
            let languages = try LanguageIdentifier(modelPath: path)
            inputs.append(try environment.digest(ofFile: path))
            let stamp = StageStamper(stage: entry.name, build: environment.build, inputs: inputs)
            kind = .perPartition { _ in ExtractStage(settings: settings, languages: languages, stamp: stamp) }
        case .filter(let settings):
            let chain = try FilterChain(settings, read: { try environment.text(ofFile: $0) })
            let stamp = StageStamper(stage: entry.name, build: environment.build, inputs: inputs)
            kind = .perPartition { _ in FilterStage(chain: chain, stage: entry.name, stamp: stamp) }
        case .sign(let settings):
            let settings = try settings.deduplication(threshold: nil)
            kind = .perPartition { _ in try SignStage(settings: settings) }
        case .dedup(let settings):
            changelog = "dedup-changelog"
            let matchers = settings.matchers
            let settings = try settings.signature.deduplication(threshold: settings.threshold)
            kind = entry.inputs.count == 1
                ? .merged { context in try DedupStage(settings: settings, context: context) }
                : .gathered { context in try DedupStage(settings: settings, matchers: matchers, context: context) }
        case .match(let settings):
            changelog = entry.name + "-changelog"
            let group = try settings.group()
            let settings = try settings.signature.deduplication(threshold: nil)
            kind = .merged { context in try MatchStage(settings: settings, group: group, context: context) }
        case .unique:
            var threshold = DedupSettings().threshold
            if case .dedup(let settings)? = recipe.stage("dedup")?.settings { threshold = settings.threshold }
            let stamp = StageStamper(stage: entry.name, build: environment.build, inputs: inputs)
            let given = threshold
            kind = .joined { _ in UniqueStage(threshold: given, stamp: stamp) }
        case .tokenize:
            guard let loaded else { throw PipelineError("no tokenizer was loaded") }
            let stamp = StageStamper(stage: entry.name, build: environment.build, inputs: inputs + [loaded.digest])
            kind = .perPartition { _ in TokenizeStage(tokenizer: loaded.tokenizer, stamp: stamp) }
        case .shards(let settings):
            changelog = "shards-changelog"
            kind = try shards(settings, loaded, environment)
        case .lake(let settings):
            changelog = "lake-changelog"
            kind = lake(settings, recipe, environment)
        }
        let isSink: Bool = if case .shards = entry.settings { true } else if case .lake = entry.settings { true } else { false }
        var stage = Stage(
            name: entry.name, group: group, inputs: entry.inputs, outputs: isSink ? [] : entry.outputs, rejections: "docs.rejected",
            deadLetters: entry.name + ".dlq", changelog: changelog, kind: kind)
        // Matchers read the same topic: so they spread over the processes that share them.
        if case .match(let settings) = entry.settings { stage.anchor = Int32(settings.number) }
        // What it reads lies outside of the log.
        if case .ingest = entry.settings { stage.dependence = .recorded }
        return stage
    }

    private static func shards(
        _ settings: ShardsSettings, _ loaded: LoadedTokenizer?, _ environment: PipelineEnvironment
    ) throws -> Stage.Kind {
        guard let loaded else { throw PipelineError("shards need the stage tokenize in the recipe") }
        guard let format = TokenShardFormat(rawValue: settings.format) else {
            throw PipelineError(
                "format \(settings.format) is not known; there are \(TokenShardFormat.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        if settings.endOfDocument, loaded.tokenizer.endOfDocument == nil {
            throw PipelineError("the tokenizer \(loaded.tokenizer.name) names no end-of-document token; set end_of_document: false")
        }
        let written = TokenShardSettings(
            name: "web", format: format, vocabularySize: loaded.tokenizer.vocabularySize, tokensPerShard: settings.tokensPerShard,
            endOfDocument: settings.endOfDocument ? loaded.tokenizer.endOfDocument : nil, tokenizerName: loaded.tokenizer.name,
            tokenizerDigest: loaded.digest)
        let folder = environment.dataFolder + "/shards"
        return .merged { context in try ShardsStage(folder: folder, settings: written, context: context) }
    }

    private static func lake(_ settings: LakeStageSettings, _ recipe: Recipe, _ environment: PipelineEnvironment) -> Stage.Kind {
        let written = LakeSettings(
            signals: LakeColumns.signals, rowsPerFile: settings.rowsPerFile, bytesPerFile: settings.bytesPerFile,
            memoryBytes: settings.memoryBytes, metadata: ["leat.build": environment.build, "leat.pipeline": recipe.name])
        let folder = environment.dataFolder + "/lake"
        let span = UInt64(settings.pagesPerFile)
        return .merged { context in try LakeStage(folder: folder, settings: written, spanPages: span, context: context) }
    }
}

extension MatchSettings {
    func group() throws -> BandGroup {
        try BandGroup(number, of: count, settings: signature.deduplication(threshold: nil))
    }
}

extension SignSettings {
    func deduplication(threshold: Double?) throws -> DeduplicationSettings {
        var settings = DeduplicationSettings()
        settings.bands = bands
        settings.rows = rows
        if let seed { settings.seed = seed }
        if let threshold { settings.threshold = threshold }
        try settings.validate()
        return settings
    }
}

/// The measured values that are columns of the lake, under the names of the field (datatrove's).
enum LakeColumns {
    static let signals = [
        "dup_para_frac", "dup_para_char_frac", "dup_line_frac", "dup_line_char_frac", "top_2_gram", "top_3_gram", "top_4_gram",
        "dup_5_grams", "dup_6_grams", "dup_7_grams", "dup_8_grams", "dup_9_grams", "dup_10_grams", "nonsymbol_words",
        "mean_word_length", "hash_ratio", "ellipsis_ratio", "bullet_lines", "ellipsis_lines", "alpha_words", "stop_words",
        "fw_line_punct", "fw_short_lines", "fw_char_dup", "fw_newlines",
    ]
}
