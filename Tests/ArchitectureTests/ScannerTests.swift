import Testing

/// These tests see what they judge: what is code, what is a comment, where a function ends.
@Suite("Reading sources")
struct ScannerTests {
    @Test("Comments and strings are no code")
    func blanks() {
        let text = SwiftText("let a = \"try! \\(b(\"}\")) {\" // try! {\n/* as! /* inner */ } */ let c = #\"\"\"\n\" } \\(x)\n\"\"\"#; d()\n")
        let code = SwiftText.lines(text.code)
        #expect(code[0].hasPrefix("let a = \"") && !code[0].contains("try") && !code[0].contains("{") && !code[0].contains("}"))
        #expect(!code[1].contains("as!") && !code[1].contains("}") && code[1].contains("let c = "))
        #expect(!code[2].contains("}") && code[3].contains("; d()"))
        #expect(SwiftText.lines(text.comments)[0].hasSuffix("// try! {"))
    }

    @Test("Functions are seen with their lengths; requirements and calls are none")
    func functions() {
        let text = SwiftText(
            """
            protocol P {
                func required(_ body: () -> Void) throws
                init(a: Int)
                var x: Int { get }
            }
            struct S {
                init(b: Int = [1].map { $0 }.count) {
                    self.init(a: 1)
                }
                func long<T>(
                    _ t: T
                ) async throws(E) -> [T]
                where T: P {
                    func inner() { call("}") }
                    return [.init(a: 2)]
                }
                subscript(i: Int) -> Int { i }
                deinit { }
            }
            """)
        let found = text.functions.map { "\($0.name) \($0.line) \($0.lines)" }
        #expect(found == ["init 7 3", "long 10 7", "inner 14 1", "subscript 17 1", "deinit 18 1"])
    }

    @Test("Functions of C are seen with their lengths")
    func functionsInC() {
        let text = "#include <x.h>\nstruct s {\n  int a;\n};\nstatic int f(int a,\n             int b)\n{\n  if (a) {\n  }\n}\nvoid g(void) {\n}\nint h(void);\nenum e {\n  A\n};\n"
        #expect(functionsOfC(text).map { "\($0.name) \($0.line) \($0.lines)" } == ["f 5 6", "g 11 2"])
    }

    @Test("Imports are seen in every form")
    func imports() {
        let text = SwiftText("import A\npublic import B\n@testable import C\n@preconcurrency internal import struct D.E\n// import F\nlet g = \"import G\"\n    import H\n")
        #expect(text.imports.map(\.module) == ["A", "B", "C", "D", "H"])
        #expect(text.imports.map(\.line) == [1, 2, 3, 4, 7])
    }

    @Test("Package.swift is read with groups, uses and products")
    func manifest() {
        let manifest = Manifest(
            """
            func library(_ group: String, _ name: String) -> [Target] { [.target(name: name, path: "x")] }
            // library("Engine", "Commented")
            let a = system("CZstd") + shim("CCurl", links: ["curl"])
                // Two: for a reason.
                + library("Dataset", "Two", uses: ["One", .product(name: "Crypto", package: "swift-crypto")], testsUse: ["Three"])
            let b = [.executableTarget(
                name: "leat", dependencies: ["Two", .product(name: "ArgumentParser", package: "swift-argument-parser")])]
            let products: [Product] = [.library(name: "x", targets: ["y"])]
            """)
        #expect(manifest.targets.keys.sorted() == ["CCurl", "CZstd", "Two", "leat"])
        #expect(manifest.targets["Two"]?.group == "Dataset" && manifest.targets["Two"]?.uses == ["One", "Crypto"])
        #expect(manifest.targets["Two"]?.comment.contains("for a reason") == true)
        #expect(manifest.targets["leat"]?.uses == ["Two", "ArgumentParser"] && manifest.targets["leat"]?.kind == .executable)
    }

    @Test("Topics and recipes are read as their files are laid out")
    func declaredFiles() {
        let topic = TopicFile(
            path: "topics/a.b.yaml",
            text: "# What.\nkind: KafkaTopic\nmetadata:\n  name: a.b\nspec:\n  partitions: 4\n  config:\n    retention.ms: -1 # for ever\n    wrong: 1\n")
        #expect(topic.name == "a.b" && topic.partitions == 4 && topic.isExplained)
        #expect(topic.keys.map { "\($0.key)=\($0.value)@\($0.line)" } == ["retention.ms=-1@8", "wrong=1@9"])
        let recipe = RecipeFile(path: "p", text: "pipeline: p\nstages:\n  # x\n  - stage: one\n    from: [a, b.c]\n    to: d\n  - stage: two\n    from: d\n    to: e\n    filters:\n      - filter: url\n")
        #expect(recipe.stages.map(\.name) == ["one", "two"] && recipe.stages[0].inputs == ["a", "b.c"] && recipe.stages[1].outputs == ["e"])
    }
}
