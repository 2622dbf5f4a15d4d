import Yams

/// One `--set`: `stage.key=value`, or `filter.<filter>.<key>=value`. The value is YAML.
///
/// A filter's setting holds for every language, over what a preset has for some of them: who sets it means it.
/// `filter.<filter>.by_language.<code>.<key>=value` changes what the recipe itself says of one language.
struct RecipeOverride {
    private let path: [String]
    private let value: Node
    private let text: String

    init(_ text: String) throws {
        self.text = text
        guard let equals = text.firstIndex(of: "="),
            let value = try Yams.compose(yaml: String(text[text.index(after: equals)...]))
        else { throw PipelineError("--set \(text): the form is stage.key=value") }
        path = text[..<equals].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        self.value = value
        guard path.count >= 2, !path.contains("") else { throw PipelineError("--set \(text): the form is stage.key=value") }
    }

    func apply(to root: inout Node) throws {
        guard var stages = root["stages"]?.sequence else { return }
        guard let index = stages.firstIndex(where: { $0["stage"]?.string == path[0] }), var stage = stages[index].mapping else {
            let names = stages.compactMap { $0["stage"]?.string }.joined(separator: ", ")
            throw PipelineError("--set \(text): the recipe has no stage \(path[0]); it has \(names)")
        }
        try set(path.dropFirst(), in: &stage)
        stages[index] = .mapping(stage)
        root["stages"] = .sequence(stages)
    }

    private func set(_ path: ArraySlice<String>, in mapping: inout Node.Mapping) throws {
        guard let first = path.first else { return }
        let key = Node(first)
        guard path.count > 1 else {
            mapping[key] = value
            return
        }
        // A filter's settings lie in the entry of the list `filters` that names it.
        if var filters = mapping["filters"]?.sequence, let index = filters.firstIndex(where: { $0["filter"]?.string == first }),
            var filter = filters[index].mapping
        {
            try setEverywhere(path.dropFirst(), in: &filter)
            filters[index] = .mapping(filter)
            mapping["filters"] = .sequence(filters)
            return
        }
        guard var inner = mapping[key]?.mapping else {
            throw PipelineError("--set \(text): there is no \(first) with settings of its own")
        }
        try set(path.dropFirst(), in: &inner)
        mapping[key] = .mapping(inner)
    }

    /// One of a filter's own settings goes into the table for every language.
    private func setEverywhere(_ path: ArraySlice<String>, in filter: inout Node.Mapping) throws {
        guard let key = path.first, path.count == 1, !["filter", "enabled", "by_language", "all_languages"].contains(key) else {
            return try set(path, in: &filter)
        }
        var everywhere = filter["all_languages"]?.mapping ?? Node.Mapping([])
        everywhere[Node(key)] = value
        filter["all_languages"] = .mapping(everywhere)
    }
}
