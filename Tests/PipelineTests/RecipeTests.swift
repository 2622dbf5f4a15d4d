import Filtering
import Foundation
import Testing

@testable import Pipeline

@Suite struct RecipeTests {
    private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private func web(_ overrides: [String] = []) throws -> Recipe {
        let path = root.appendingPathComponent("topics/pipelines/web.yaml").path
        return try Recipe(yaml: try String(contentsOfFile: path, encoding: .utf8), path: "web.yaml", overrides: overrides)
    }

    @Test func theShippedRecipeReadsWithAllItsStages() throws {
        let recipe = try web()
        #expect(recipe.stages.map(\.name) == ["ingest", "extract", "filter", "sign", "dedup", "unique", "tokenize", "shards", "lake"])
        #expect(recipe.stage("unique")?.inputs == ["docs.filtered", "dedup.verdicts"])
    }

    @Test func everyTopicOfTheShippedRecipeIsDeclared() throws {
        let folder = root.appendingPathComponent("topics").path
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }
        let declared = Set(
            try names.map { name in
                try DeclaredTopic(yaml: try String(contentsOfFile: folder + "/" + name, encoding: .utf8), path: name).name
            })
        for stage in try web().stages {
            let outputs = ["shards", "lake"].contains(stage.name) ? [] : stage.outputs
            for topic in stage.inputs + outputs { #expect(declared.contains(topic), "\(topic) is not declared") }
        }
    }

    @Test func anOverrideChangesOneSettingAndTheStagesDigest() throws {
        let plain = try web()
        let changed = try web(["filter.gopher_quality.min_doc_words=20", "tokenize.tokenizer=llama3"])
        #expect(plain.stage("filter")?.canonicalSettings != changed.stage("filter")?.canonicalSettings)
        #expect(plain.stage("extract")?.canonicalSettings == changed.stage("extract")?.canonicalSettings)
        guard case .tokenize(let settings)? = changed.stage("tokenize")?.settings else {
            Issue.record("the stage tokenize has other settings")
            return
        }
        #expect(settings.tokenizer == "llama3")
    }

    @Test func anOverrideOfAFilterHoldsForTheLanguagesOfThePresetToo() throws {
        // Thirty-two words, none of them twice.
        let text = """
            Over many hills a slow river carries cold water down to seven old mills, whose wheels have turned since before anyone now living \
            was born, grinding barley and wheat for good bread.
            """
        func rule(_ overrides: [String], _ language: String) throws -> String? {
            guard case .filter(let settings)? = try web(overrides).stage("filter")?.settings else { return nil }
            return try FilterChain(settings, read: { _ in "" }).evaluate(
                FilterInput(text: text, address: "https://mill.example/", language: language, languageScore: 0.99, pageByteCount: 1_000)).rejection?.rule
        }
        // The languages that the preset has, and one that it has not.
        for language in ["en", "de", "fr", "nl"] {
            #expect(try rule([], language) == "gopher_short_doc", "\(language)")
            #expect(try rule(["filter.gopher_quality.min_doc_words=20"], language) != "gopher_short_doc", "\(language)")
            #expect(try rule(["filter.gopher_quality.min_doc_words=33"], language) == "gopher_short_doc", "\(language)")
        }
    }

    @Test(arguments: [
        ("filter.gopher_quality.min_doc_wordz=20", "min_doc_wordz"), ("nostage.key=1", "nostage"), ("nonsense", "stage.key=value"),
        ("ingest.statusses=[200]", "statusses"), ("filter.nofilter.key=1", "nofilter"),
    ])
    func aWrongOverrideIsAnErrorThatNamesIt(override: String, named: String) {
        do {
            _ = try web([override])
            Issue.record("no error for \(override)")
        } catch {
            #expect("\(error)".contains(named), "\(error)")
        }
    }

    @Test(arguments: ["", "pipeline: x", "- a\n- b", "pipeline: x\nstages:\n  - stage: nosuch\n    from: a\n    to: b", "pipeline: x\nstages: []"])
    func whatIsNoRecipeIsAnErrorThatNamesTheFile(yaml: String) {
        do {
            _ = try Recipe(yaml: yaml, path: "bad.yaml")
            Issue.record("no error for \(yaml)")
        } catch {
            #expect("\(error)".contains("bad.yaml"))
        }
    }
}
