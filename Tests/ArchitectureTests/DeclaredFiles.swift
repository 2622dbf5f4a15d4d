/// A file of topics/*.yaml, as far as these tests look at it: plain keys by their indentation, as our files are laid out.
struct TopicFile {
    var path: String
    var name: String?
    var partitions: Int?
    var keys: [(key: String, value: String, line: Int)] = []
    /// Whether it begins with a comment that says what the topic holds.
    var isExplained = false

    init(path: String, text: String) {
        self.path = path
        isExplained = text.hasPrefix("# ")
        var section: [String] = []
        for (number, line) in text.numberedLines {
            let content = line.prefix { $0 != "#" }
            guard let colon = content.firstIndex(of: ":") else { continue }
            let depth = content.prefix { $0 == " " }.count / 2
            let key = content[..<colon].split(separator: " ").first.map(String.init) ?? ""
            let value = content[content.index(after: colon)...].split(separator: " ").joined(separator: " ")
            section = section.prefix(depth) + [key]
            switch section {
            case ["metadata", "name"]: name = value
            case ["spec", "partitions"]: partitions = Int(value)
            case ["spec", "config", key]: keys.append((key, value, number))
            default: break
            }
        }
    }
}

/// A file of topics/pipelines/*.yaml: its stages with the topics that they name.
struct RecipeFile {
    struct Stage {
        var name: String
        var line: Int
        var inputs: [String] = []
        var outputs: [String] = []
    }

    var path: String
    var stages: [Stage] = []

    init(path: String, text: String) {
        self.path = path
        for (number, line) in text.numberedLines {
            let content = line.prefix { $0 != "#" }
            let words = content.split { " :[],".contains($0) }
            if content.hasPrefix("  - stage:"), words.count >= 3 {
                stages.append(Stage(name: String(words[2]), line: number))
            } else if content.hasPrefix("    from:") {
                stages[stages.count - 1].inputs = words.dropFirst().map(String.init)
            } else if content.hasPrefix("    to:") {
                stages[stages.count - 1].outputs = words.dropFirst().map(String.init)
            }
        }
    }
}
