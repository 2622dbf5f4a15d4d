import Crypto
import Streams

/// Stages of a recipe, to be run again over their inputs' history under groups of their own, into topics, state and folders of their own.
///
/// Only topics that a stage outside of the replay writes are read from the live line; what lies between the replayed stages is the replay's own.
public struct WebReplay: Sendable {
    public let topology: WebTopology
    /// The replayed stages as they are live.
    public let live: [PipelineMap.Stage]
    /// The topics that the replay writes, each with the one that it is made like.
    public let topics: [(String, String)]
    /// The topics that it reads of the live line.
    public let inputs: [String]
    /// Where its state and its files lie.
    public let folder: String
    /// Digests of the replayed stages' settings.
    public let configurations: [String: String]
    public let into: String

    /// `stages`: a stage, or `FIRST..LAST` of the recipe. `environment`: that of the live line.
    public init(stages text: String, into: String, recipe: Recipe, environment: PipelineEnvironment) throws {
        let map = PipelineMap(recipe: recipe)
        live = try Self.chosen(text, map)
        let names = Set(live.map(\.name))
        if let outside = live.first(where: { !$0.isPure }) {
            throw PipelineError(
                """
                the stage \(outside.name) cannot be replayed: it is recorded, since it looks outside of its input (it reads archives). What it saw is in \
                \(outside.outputs.joined(separator: ", ")): replay the stage behind it from there
                """)
        }
        self.into = into
        folder = environment.dataFolder + "/replays/" + into
        let written = Set(live.flatMap(\.outputs))
        inputs = Array(Set(live.flatMap(\.inputs)).subtracting(written)).sorted()
        var renamed: [String: String] = [:]
        for topic in written { renamed[topic] = topic == live.last?.outputs.first ? into : into + "." + topic }
        if let clash = renamed.first(where: { map.stages.flatMap(\.topics).contains($0.value) }) {
            throw PipelineError("--into \(into): \(clash.value) is a topic of the live line; choose another name")
        }
        var environment = environment
        environment.dataFolder = folder
        var part = recipe
        // A stage may look at another's settings: those stay in the recipe that is bound, and are not run.
        part.stages = recipe.stages.filter { names.contains($0.name) || Self.isLookedAt($0.name, by: names) }
        let whole = try WebTopology(recipe: part, environment: environment)
        var topics = renamed.map { ($0.value, $0.key) }.sorted { $0.0 < $1.0 }
        var stages: [Stage] = []
        for var stage in whole.stages where names.contains(stage.name) {
            stage.group = "leat-replay-\(stage.name)-\(into)"
            stage.inputs = stage.inputs.map { renamed[$0] ?? $0 }
            stage.outputs = stage.outputs.map { renamed[$0] ?? $0 }
            if let rejections = stage.rejections {
                stage.rejections = into + ".rejected"
                if !topics.contains(where: { $0.0 == into + ".rejected" }) { topics.append((into + ".rejected", rejections)) }
            }
            topics.append((into + "." + stage.deadLetters, stage.deadLetters))
            stage.deadLetters = into + "." + stage.deadLetters
            if let changelog = stage.changelog {
                topics.append((into + "." + changelog, changelog))
                stage.changelog = into + "." + changelog
            }
            stages.append(stage)
        }
        self.topics = topics
        topology = WebTopology(stages: stages, tokenizer: whole.tokenizer)
        configurations = Dictionary(uniqueKeysWithValues: part.stages.map { stage in
            (stage.name, PageIdentity.hexadecimal(SHA256.hash(data: Array(stage.canonicalSettings.utf8)).prefix(8)))
        })
    }

    /// The live topic that the replay's own is compared with; nil where the last stage writes files.
    public var liveOutput: String? { live.last?.outputs.first }

    public var stateFolder: String { folder + "/state" }

    private static func isLookedAt(_ stage: String, by names: Set<String>) -> Bool {
        (stage == "dedup" && names.contains("unique")) || (stage == "tokenize" && names.contains("shards"))
    }

    /// A stage with those that do a part of its work before it.
    private static func parts(of name: String, _ map: PipelineMap) throws -> [PipelineMap.Stage] {
        let stage = try map.stage(name)
        guard stage.shape == .gathered else { return [stage] }
        return map.stages.filter { part in part.outputs.contains { stage.inputs.dropFirst().contains($0) } } + [stage]
    }

    private static func chosen(_ text: String, _ map: PipelineMap) throws -> [PipelineMap.Stage] {
        guard let dots = text.firstRange(of: "..") else {
            // A divided stage is replayed whole: its matchers' state belongs to its own.
            let chosen = try parts(of: text, map)
            return chosen.count > 1 ? chosen : [try map.stage(text)]
        }
        let ends = [text[..<dots.lowerBound], text[dots.upperBound...]].map(String.init)
        let first = try parts(of: ends[0], map).first ?? map.stage(ends[0])
        let last = try map.stage(ends[1])
        guard let start = map.stages.firstIndex(of: first), let end = map.stages.firstIndex(of: last), start <= end else {
            throw PipelineError("\(text): in the recipe \(ends[1]) comes before \(ends[0])")
        }
        return Array(map.stages[start...end])
    }
}
