import Streams

/// One stage of a recipe, to be run again over its input under a group of its own, into topics of its own.
public struct WebReplay: Sendable {
    public let topology: WebTopology
    /// The topics that the replay writes, each with the one that it is made like.
    public let topics: [(String, String)]

    /// Only stages that are a function of each record alone can be replayed so: extract, filter, sign and tokenize.
    public init(stage name: String, into: String, recipe: Recipe, environment: PipelineEnvironment) throws {
        let possible = ["extract", "filter", "sign", "tokenize"]
        guard possible.contains(name), let entry = recipe.stage(name), let output = entry.outputs.first else {
            throw PipelineError("the stage \(name) cannot be replayed by itself; these can: \(possible.joined(separator: ", "))")
        }
        let whole = try WebTopology(recipe: recipe, environment: environment)
        guard var stage = whole.stages.first(where: { $0.name == name }) else { throw PipelineError("the recipe has no stage \(name)") }
        guard into != output else { throw PipelineError("--into \(into) is the live stage's own output; choose another name") }
        stage.name = name
        stage.group = "leat-replay-\(name)-\(into)"
        stage.outputs = [into]
        stage.rejections = into + ".rejected"
        stage.deadLetters = into + ".dlq"
        topology = WebTopology(stages: [stage], tokenizer: whole.tokenizer)
        topics = [(into, output), (into + ".rejected", "docs.rejected"), (into + ".dlq", name + ".dlq")]
    }
}
