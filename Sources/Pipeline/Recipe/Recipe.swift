public import Yams

/// A pipeline as its recipe file gives it: stages in order, each with its topics and settings.
///
/// Source form: `topics/pipelines/web.yaml`. Errors name the file, the stage and the key.
public struct Recipe: Sendable {
    public var name: String
    public var stages: [StageRecipe]

    /// Reads a recipe's text. `overrides` change settings, each `stage.key=value` or, for a filter, `filter.<filter>.<key>=value`.
    public init(yaml: String, path: String, overrides: [String] = []) throws {
        guard var root = try Yams.compose(yaml: yaml), root.mapping != nil else {
            throw PipelineError("\(path): this is no recipe: a mapping with the keys pipeline and stages is needed")
        }
        for override in overrides { try RecipeOverride(override).apply(to: &root) }
        guard let name = root["pipeline"]?.string, let entries = root["stages"]?.sequence, !entries.isEmpty else {
            throw PipelineError("\(path): a recipe needs `pipeline: NAME` and `stages:` with at least one stage")
        }
        for key in root.mapping?.keys.compactMap(\.string) ?? [] where key != "pipeline" && key != "stages" {
            throw PipelineError("\(path): unknown key \(key); a recipe has pipeline and stages")
        }
        self.name = name
        stages = try entries.enumerated().flatMap { index, node in
            do {
                return try DividedStage.parts(of: StageRecipe(node))
            } catch {
                let stage = node["stage"]?.string ?? "number \(index + 1)"
                throw PipelineError("\(path): stage \(stage): \(describe(error))")
            }
        }
    }

    /// The settings of the one stage of this kind, nil where the recipe has none.
    public func stage(_ name: String) -> StageRecipe? { stages.first { $0.name == name } }

    /// The stages that a name stands for: one, or `match` for every matcher. Throws where there is none, with the names there are.
    public func stages(named name: String) throws -> [StageRecipe] {
        let found = stages.filter { $0.name == name || $0.family == name }
        guard found.isEmpty else { return found }
        var hint = ""
        if name == DividedStage.family || name.hasPrefix(DividedStage.family + "-"), let dedup = stage("dedup"), case .dedup(let settings) = dedup.settings {
            hint = "; the stage dedup has \(settings.matchers == 1 ? "no matchers" : "\(settings.matchers) matchers"): dedup.matchers says how many"
        }
        throw PipelineError("the recipe \(self.name) has no stage \(name); it has \(stages.map(\.name).joined(separator: ", "))\(hint)")
    }

    /// How many matchers have topics among these; 0 where the stage dedup was not divided.
    public static func matchers(amongTopics names: [String]) -> Int {
        let prefix = DividedStage.candidates + "."
        return (names.compactMap { $0.hasPrefix(prefix) ? Int($0.dropFirst(prefix.count)) : nil }.max() ?? -1) + 1
    }

    /// Topics that no file declares by their own name, each with the declared one that it is like.
    public var topicModels: [String: String] { stages.reduce(into: [:]) { $0.merge($1.topicModels) { first, _ in first } } }
}

/// One stage of a recipe.
public struct StageRecipe: Sendable {
    public var name: String
    public var inputs: [String]
    public var outputs: [String]
    public var settings: StageSettings
    /// Of a part of a divided stage: the name of all parts together.
    public var family: String?
    /// Topics of the stage that are declared under another name, with that name.
    public var topicModels: [String: String] = [:]
    /// The stage's settings as text in one form, whatever the layout of the file: what the configuration digest is made of.
    public var canonicalSettings: String

    init(_ node: Node) throws {
        guard let mapping = node.mapping, let name = node["stage"]?.string else {
            throw PipelineError("each stage is a mapping with the key stage")
        }
        self.name = name
        inputs = try Self.topics(node["from"], key: "from")
        outputs = try Self.topics(node["to"], key: "to")
        var rest = mapping
        for key in ["stage", "from", "to"] { rest[Node(key)] = nil }
        let settingsNode = Node.mapping(rest)
        settings = try StageSettings(stage: name, node: settingsNode)
        canonicalSettings = try Yams.serialize(node: settingsNode, sortKeys: true)
    }

    private static func topics(_ node: Node?, key: String) throws -> [String] {
        if let one = node?.string { return [one] }
        if let many = node?.sequence, !many.isEmpty { return many.compactMap(\.string) }
        throw PipelineError("the key \(key) names a topic, or a list of them")
    }
}

/// A message for those who run a pipeline: what, where, and what to do.
public struct PipelineError: Error, Hashable, Sendable, CustomStringConvertible {
    public var description: String
    public init(_ description: String) { self.description = description }
}

/// An error's own sentence; decoding errors are unfolded to the key and the reason.
func describe(_ error: any Error) -> String {
    guard let error = error as? DecodingError else { return "\(error)" }
    func place(_ context: DecodingError.Context) -> String {
        let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
        return path.isEmpty ? "" : "\(path): "
    }
    switch error {
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
        return place(context) + (context.underlyingError.map { "\($0)" } ?? context.debugDescription)
    case .keyNotFound(let key, let context): return place(context) + "the key \(key.stringValue) is missing"
    @unknown default: return "\(error)"
    }
}
