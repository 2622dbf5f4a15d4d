/// A pipeline's topology as text, as a Graphviz picture and as a Mermaid one.
public struct PipelineDrawing {
    private let map: PipelineMap

    public init(_ map: PipelineMap) { self.map = map }

    /// For people: a paragraph a stage.
    public var text: String {
        var lines = ["pipeline \(map.name): \(map.stages.count) stages"]
        for stage in map.stages {
            let target = stage.outputs.isEmpty ? (stage.folder.map { $0 + "/" } ?? "nothing") : stage.outputs.joined(separator: ", ")
            lines.append("")
            lines.append("\(stage.name): \(stage.inputs.joined(separator: " + ")) -> \(target)")
            lines.append("  tasks         \(Self.words(stage.shape))")
            lines.append("  group         \(stage.group)")
            if let changelog = stage.changelog { lines.append("  state         changelog \(changelog)") }
            if let rejections = stage.rejections { lines.append("  rejections    \(rejections)") }
            lines.append("  dead letters  \(stage.deadLetters)")
            lines.append("  replay        \(stage.isPure ? "yes: a function of its input and its state" : "no: it looks outside of its input")")
        }
        return lines.joined(separator: "\n")
    }

    private static func words(_ shape: PipelineMap.Stage.Shape) -> String {
        switch shape {
        case .perPartition: "one for each partition"
        case .merged: "one in all, which merges the partitions by order key"
        case .gathered: "one in all, which merges the first input's partitions by order key and joins the other inputs"
        case .joined: "one for each partition, which joins its inputs by order key"
        }
    }

    /// Graphviz: `leat stages describe --dot | dot -Tsvg`.
    public var dot: String {
        var lines = ["digraph \(quoted(map.name)) {", "  rankdir=LR;", "  node [fontname=\"sans-serif\", fontsize=11];"]
        for topic in topics { lines.append("  \(quoted("topic:" + topic)) [label=\(quoted(topic)), shape=cds];") }
        for stage in map.stages {
            let style = stage.changelog == nil ? "" : ", peripheries=2"
            lines.append("  \(quoted("stage:" + stage.name)) [label=\(quoted(stage.name)), shape=box\(style)];")
            if let folder = stage.folder { lines.append("  \(quoted("folder:" + folder)) [label=\(quoted(folder + "/")), shape=folder];") }
        }
        for edge in edges { lines.append("  \(quoted(edge.from)) -> \(quoted(edge.to))\(edge.isSide ? " [style=dashed, color=gray]" : "");") }
        return (lines + ["}"]).joined(separator: "\n")
    }

    /// Mermaid, as Markdown viewers draw it.
    public var mermaid: String {
        var names: [String: String] = [:]
        func name(_ node: String) -> String {
            if let known = names[node] { return known }
            let made = "n\(names.count)"
            names[node] = made
            return made
        }
        var lines = ["flowchart LR"]
        for topic in topics { lines.append("  \(name("topic:" + topic))>\"\(topic)\"]") }
        for stage in map.stages {
            lines.append("  \(name("stage:" + stage.name))\(stage.changelog == nil ? "[\"\(stage.name)\"]" : "[[\"\(stage.name)\"]]")")
            if let folder = stage.folder { lines.append("  \(name("folder:" + folder))[(\"\(folder)/\")]") }
        }
        for edge in edges { lines.append("  \(name(edge.from)) \(edge.isSide ? "-.->" : "-->") \(name(edge.to))") }
        return lines.joined(separator: "\n")
    }

    /// Topics between stages, and where refusals go; each once, in the order of the line.
    private var topics: [String] {
        var seen: Set<String> = []
        return map.stages.flatMap { $0.inputs + $0.outputs + [$0.rejections].compactMap { $0 } }.filter { seen.insert($0).inserted }
    }

    private var edges: [(from: String, to: String, isSide: Bool)] {
        map.stages.flatMap { stage -> [(from: String, to: String, isSide: Bool)] in
            let node = "stage:" + stage.name
            return stage.inputs.map { ("topic:" + $0, node, false) } + stage.outputs.map { (node, "topic:" + $0, false) }
                + [stage.folder].compactMap { $0 }.map { (node, "folder:" + $0, false) }
                + [stage.rejections].compactMap { $0 }.map { (node, "topic:" + $0, true) }
        }
    }

    private func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
