import ArgumentParser
import LogClient
import Pipeline

/// `leat stages describe`.
struct StagesDescribe: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe", abstract: "A recipe's topology: stages, topics, groups, state; as text, Graphviz or Mermaid.",
        discussion: """
            Needs the recipe alone, no data. Stages are boxes, with two lines around them where they have state; topics are flags; rejections are dashed.

            EXAMPLES
              leat stages describe
              leat stages describe filter
              leat stages describe --dot | dot -Tsvg > pipeline.svg
              leat stages describe --mermaid --pipeline my.yaml
            """)

    @OptionGroup var options: EngineOptions
    @Argument(help: "Only this stage.") var stage: String?
    @Flag(help: "As Graphviz' input.") var dot = false
    @Flag(help: "As a Mermaid flow chart, which Markdown viewers draw.") var mermaid = false
    @Flag(help: "One JSON object a stage.") var json = false

    func validate() throws { if [dot, mermaid, json].count(where: { $0 }) > 1 { throw ValidationError("--dot, --mermaid and --json exclude each other") } }

    func run() throws {
        var map = PipelineMap(recipe: try options.recipe())
        if let stage { map.stages = [try map.stage(stage)] }
        let drawing = PipelineDrawing(map)
        let output = ConsoleOutput()
        defer { output.flush() }
        guard json else { return output.line(dot ? drawing.dot : mermaid ? drawing.mermaid : drawing.text) }
        for stage in map.stages {
            output.line(
                JSONText.object([
                    ("stage", .string(stage.name)), ("group", .string(stage.group)), ("inputs", .array(stage.inputs.map { .string($0) })),
                    ("outputs", .array(stage.outputs.map { .string($0) })), ("folder", stage.folder.map { .string($0) } ?? .null),
                    ("rejections", stage.rejections.map { .string($0) } ?? .null), ("deadLetters", .string(stage.deadLetters)),
                    ("changelog", stage.changelog.map { .string($0) } ?? .null), ("tasks", .string(stage.shape.rawValue)), ("replayable", .bool(stage.isPure)),
                ]))
        }
    }
}
