/// One `import` of a file.
struct Import {
    var module: String
    var line: Int
    /// Whether it is the one that `@testable` opens.
    var isTestable: Bool
}

extension SwiftText {
    var imports: [Import] {
        let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias", "actor", "macro"]
        let access: Set<Substring> = ["public", "package", "internal", "private", "fileprivate"]
        return Self.lines(code).enumerated().compactMap { index, line in
            var words = line.split(separator: " ")[...]
            var isTestable = false
            while let first = words.first, first.hasPrefix("@") || access.contains(first) {
                if first == "@testable" { isTestable = true }
                words = words.dropFirst()
            }
            guard words.first == "import" else { return nil }
            words = words.dropFirst()
            if let first = words.first, kinds.contains(first) { words = words.dropFirst() }
            guard let module = words.first?.split(separator: ".").first else { return nil }
            return Import(module: String(module), line: index + 1, isTestable: isTestable)
        }
    }
}
