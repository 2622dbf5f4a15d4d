import Testing

/// Topics are declared as code: what is declared is used, and what is used is declared.
@Suite("Topics")
struct TopicTests {
    let topics: [TopicFile]
    let recipes: [RecipeFile]

    /// Stages that write files: what they name as `to` is a folder of the data folder, not a topic.
    static let writers: Set<String> = ["shards", "lake"]
    /// Topics that every recipe has besides those that it names.
    static let common: Set<String> = ["docs.rejected", "ingest.archives", "leat.operations"]

    /// Kafka's settings of a topic, by Kafka's names.
    static let kafkaKeys: Set<String> = [
        "cleanup.policy", "compression.type", "compression.gzip.level", "compression.lz4.level", "compression.zstd.level", "delete.retention.ms",
        "file.delete.delay.ms", "flush.messages", "flush.ms", "index.interval.bytes", "local.retention.bytes", "local.retention.ms",
        "max.compaction.lag.ms", "max.message.bytes", "message.timestamp.after.max.ms", "message.timestamp.before.max.ms", "message.timestamp.type",
        "min.cleanable.dirty.ratio", "min.compaction.lag.ms", "min.insync.replicas", "preallocate", "remote.storage.enable", "retention.bytes",
        "retention.ms", "segment.bytes", "segment.index.bytes", "segment.jitter.ms", "segment.ms",
    ]
    static let ourKeys: Set<String> = ["flush.policy", "producer.id.expiration.ms"]

    init() throws {
        let checkout = Checkout.here
        let files = checkout.files(under: "topics", endings: [".yaml"])
        topics = try files.filter { $0.split(separator: "/").count == 2 }.map { TopicFile(path: $0, text: try checkout.text($0)) }
        recipes = try files.filter { $0.hasPrefix("topics/pipelines/") }.map { RecipeFile(path: $0, text: try checkout.text($0)) }
        try #require(!topics.isEmpty && !recipes.isEmpty, "topics/: there are no topics or no recipes; is this the whole checkout?")
    }

    /// Stages that settings divide into several, with the topics that those are declared by (`match-0.dlq` like `match.dlq`).
    static let divided: [String: Set<String>] = ["dedup": ["dedup.candidates", "match.dlq", "match-changelog"]]

    /// What a stage touches without naming it.
    private static func conventional(_ stage: RecipeFile.Stage) -> Set<String> {
        divided[stage.name, default: []].union([stage.name + ".dlq", stage.name + "-changelog"])
    }

    @Test("Every declared topic is used by a recipe, or belongs to one of its stages")
    func declaredIsUsed() {
        var used = Self.common
        for stage in recipes.flatMap(\.stages) { used.formUnion(Self.conventional(stage).union(stage.inputs).union(stage.outputs)) }
        for topic in topics where !used.contains(topic.name ?? "") {
            Issue.record("\(topic.path): no recipe uses the topic \(topic.name ?? "?") and it is no stage's own; name it in a recipe, or remove the file")
        }
    }

    @Test("Every topic that a recipe names, or that its stages need, is declared")
    func usedIsDeclared() {
        let declared = Set(topics.compactMap(\.name))
        for recipe in recipes {
            #expect(!recipe.stages.isEmpty, "\(recipe.path): there are no stages in it")
            for stage in recipe.stages {
                let outputs = Self.writers.contains(stage.name) ? [] : stage.outputs
                #expect(!stage.inputs.isEmpty && !stage.outputs.isEmpty, "\(recipe.path):\(stage.line): the stage \(stage.name) needs from: and to:")
                for topic in stage.inputs + outputs + [stage.name + ".dlq"] + Self.divided[stage.name, default: []].sorted() where !declared.contains(topic) {
                    Issue.record("\(recipe.path):\(stage.line): the stage \(stage.name) uses \(topic); declare it in topics/\(topic).yaml")
                }
            }
        }
        for topic in Self.common.subtracting(declared).sorted() {
            Issue.record("topics/\(topic).yaml: every pipeline uses this topic; declare it")
        }
    }

    @Test("A topic's file is named as the topic, says what is in it, and has valid settings")
    func files() {
        for topic in topics {
            let expected = topic.path.split(separator: "/")[1].dropLast(".yaml".count)
            #expect(topic.name.map { $0 == expected } == true, "\(topic.path): metadata.name is \(topic.name ?? "missing"); it must equal the file's name")
            #expect(topic.isExplained, "\(topic.path):1: begin with a comment that says what the topic holds")
            #expect((topic.partitions ?? 0) >= 1, "\(topic.path): spec.partitions must be a number of at least 1")
            for (key, _, line) in topic.keys where !Self.kafkaKeys.contains(key) && !Self.ourKeys.contains(key) {
                Issue.record("\(topic.path):\(line): \(key) is neither a setting of Kafka's topics nor one of ours (\(Self.ourKeys.sorted().joined(separator: ", ")))")
            }
        }
    }

    @Test("Every topic says how long it keeps what it holds")
    func retention() {
        for topic in topics {
            let keys = Set(topic.keys.map(\.key))
            for key in ["cleanup.policy", "retention.ms", "retention.bytes"] where !keys.contains(key) {
                Issue.record("\(topic.path): \(key) is missing; growth on disk is bounded by what topics declare, so each says it (-1 for no bound)")
            }
        }
    }
}
