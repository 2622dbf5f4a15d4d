import Testing

/// Each target sees what the architecture lets it see. Package.swift enforces it at a build; these tests keep Package.swift to the table.
@Suite("Layers")
struct LayerTests {
    let checkout = Checkout.here
    let manifest: Manifest

    init() throws {
        manifest = Manifest(try Checkout.here.text("Package.swift"))
    }

    @Test("Every import is one that Package.swift lists for the target")
    func importsAreDeclared() throws {
        for folder in Self.targetFolders(checkout) {
            let target = try #require(
                manifest.targets[folder.name], "Sources/\(folder.path): Package.swift declares no target \(folder.name); declare it, or move the files")
            let allowed = Set(target.uses).union(LayerTable.alwaysThere)
            for (path, text, _) in SourceFile.swift(under: "Sources/" + folder.path) {
                for found in text.imports where !allowed.contains(found.module) {
                    if found.module.hasPrefix("Foundation") { continue }
                    Issue.record(
                        "\(path):\(found.line): import \(found.module): Package.swift lists it not for \(folder.name); add it there if the layers allow it, or do without")
                }
            }
        }
    }

    @Test("What Package.swift lists holds to the table of layers")
    func manifestHoldsToTheTable() {
        let engine = Set(LayerTable.engine.keys)
        let ours = engine.union(LayerTable.dataset).union(LayerTable.top)
        for target in manifest.targets.values.sorted(by: { $0.name < $1.name }) where target.kind != .foreign && target.kind != .test {
            for use in target.uses where ours.contains(use) {
                let reason: String?
                switch target.group {
                case "Engine":
                    reason = LayerTable.engineClosure(target.name).contains(use) ? nil : "the layers of the engine do not let it"
                case "Dataset" where LayerTable.dataset.contains(use) && use != "Documents":
                    // The declaration's own comment is the reason.
                    reason = target.comment.contains(use) ? nil : "stages do not import each other, unless a comment beside it names \(use) and the reason"
                case "Dataset":
                    reason = LayerTable.datasetMayImport.contains(use) ? nil : "a stage knows no log: of the engine it may import ObjectStore alone"
                default:
                    reason = use == "leat" ? "nothing imports the command line" : nil
                }
                if let reason { Issue.record("Package.swift: \(target.name) uses \(use): \(reason); remove it") }
            }
            if target.group == "Engine", !engine.contains(target.name) {
                Issue.record("Package.swift: \(target.name): the table of layers (Tests/ArchitectureTests/LayerTable.swift) has no row for it; add one")
            }
            if target.group == "Dataset", !LayerTable.dataset.contains(target.name) {
                Issue.record("Package.swift: \(target.name): Tests/ArchitectureTests/LayerTable.swift does not know this stage; add it")
            }
        }
    }

    @Test("Sockets, HTTP clients and the like are seen only where they belong")
    func reservedModules() {
        for folder in Self.targetFolders(checkout) {
            for (path, text, _) in SourceFile.swift(under: "Sources/" + folder.path) {
                for found in text.imports {
                    for rule in LayerTable.reserved where found.module.hasPrefix(rule.prefix) && !rule.targets.contains(folder.name) {
                        Issue.record("\(path):\(found.line): import \(found.module): only \(rule.targets.sorted().joined(separator: ", ")) may; go through them")
                    }
                }
            }
        }
    }

    @Test("No Foundation in the engine, and in the dataset's stages only in generated code")
    func foundation() {
        for folder in Self.targetFolders(checkout) where folder.path.contains("/") {
            for (path, text, isGenerated) in SourceFile.swift(under: "Sources/" + folder.path) where !isGenerated {
                for found in text.imports where found.module.hasPrefix("Foundation") && found.module != "FoundationEssentials" {
                    Issue.record("\(path):\(found.line): import \(found.module): use FoundationEssentials where it must be, better the standard library")
                }
            }
        }
    }

    @Test("No target uses itself, and no two use each other")
    func noCircles() {
        for target in manifest.targets.values {
            for use in target.uses where manifest.targets[use]?.uses.contains(target.name) == true || use == target.name {
                Issue.record("Package.swift: \(target.name) and \(use) use each other; one of them has to stand below")
            }
        }
    }

    /// Folders of targets: Sources/<group>/<target> in the groups, Sources/<target> elsewhere, C targets left out.
    static func targetFolders(_ checkout: Checkout) -> [(name: String, path: String)] {
        var found: [(name: String, path: String)] = []
        for top in checkout.folders(in: "Sources") {
            if top == "Engine" || top == "Dataset" {
                found += checkout.folders(in: "Sources/" + top).map { ($0, "\(top)/\($0)") }
            } else if !checkout.files(under: "Sources/" + top, endings: [".swift"]).isEmpty {
                found.append((top, top))
            }
        }
        return found
    }
}
