/// A target as Package.swift declares it.
struct DeclaredTarget {
    enum Kind { case library, foreign, executable, test }
    var name: String
    var kind: Kind
    /// Folder under Sources, empty for those that lie directly in it.
    var group: String
    /// Modules that the target may import: targets and products by name.
    var uses: [String]
    /// Comments that stand in the declaration.
    var comment: String
}

/// What Package.swift says, read from its text: the functions `library`, `system` and `shim`, and SwiftPM's own targets.
struct Manifest {
    var targets: [String: DeclaredTarget] = [:]

    init(_ text: String) {
        let comments = SwiftText.lines(SwiftText(text).comments)
        for call in Self.calls(text, of: ["library", "system", "shim", ".target", ".executableTarget", ".testTarget"]) {
            let strings = Self.strings(in: call.arguments)
            let comment = comments[(max(call.line - 1, 1) - 1)...(call.lastLine - 1)].joined(separator: " ")
            let trimmed = comment.split(separator: " ").joined(separator: " ")
            func add(_ name: String, _ kind: DeclaredTarget.Kind, _ group: String, _ uses: [String]) {
                targets[name] = DeclaredTarget(name: name, kind: kind, group: group, uses: uses, comment: trimmed)
            }
            switch call.name {
            case "library" where strings.count >= 2: add(strings[1], .library, strings[0], Self.list("uses:", in: call.arguments))
            case "system" where !strings.isEmpty, "shim" where !strings.isEmpty: add(strings[0], .foreign, "", [])
            case ".target", ".executableTarget", ".testTarget":
                guard let name = Self.literal("name:", in: call.arguments) else { continue }
                let kind: DeclaredTarget.Kind =
                    call.name == ".target" ? .library : call.name == ".testTarget" ? .test : .executable
                if targets[name] == nil { add(name, kind, "", Self.list("dependencies:", in: call.arguments)) }
            default: continue
            }
        }
    }

    private struct Call {
        var name: String
        var arguments: String
        var line: Int
        var lastLine: Int
    }

    /// Calls of these functions with a literal argument, outside comments; declarations (`func library(`) are none.
    private static func calls(_ text: String, of names: [String]) -> [Call] {
        let bytes = Array(text.utf8)
        let code = SwiftText(text).code
        var found: [Call] = []
        for name in names {
            let opening = Array((name + "(").utf8)
            var place = 0
            while place + opening.count <= code.count {
                guard code[place..<place + opening.count].elementsEqual(opening) else {
                    place += 1
                    continue
                }
                let before = code[..<place].last ?? 32
                let start = place + opening.count
                var depth = 1
                var end = start
                while end < code.count, depth > 0 {
                    if code[end] == UInt8(ascii: "(") { depth += 1 }
                    if code[end] == UInt8(ascii: ")") { depth -= 1 }
                    end += 1
                }
                let isWord = before == UInt8(ascii: "_") || before >= UInt8(ascii: "a") && before <= UInt8(ascii: "z")
                let isDeclaration = String(decoding: code[..<place].suffix(5), as: UTF8.self) == "func "
                let isMember = before == UInt8(ascii: ".")
                if !isWord, !isDeclaration, !isMember {
                    let line = code[..<place].count { $0 == 10 } + 1
                    let arguments = String(decoding: bytes[start..<max(start, end - 1)], as: UTF8.self)
                    found.append(Call(name: name, arguments: arguments, line: line, lastLine: line + arguments.utf8.count { $0 == 10 }))
                }
                place = start
            }
        }
        return found
    }

    /// The string literals in a piece of the manifest; a product counts by its name, not by its package's.
    private static func strings(in text: String) -> [String] {
        var result: [String] = []
        var isPackage = false
        for (index, piece) in text.split(separator: "\"", omittingEmptySubsequences: false).enumerated() {
            if index % 2 == 0 { isPackage = piece.hasSuffix("package: ") } else if !isPackage { result.append(String(piece)) }
        }
        return result
    }

    private static func range(of label: String, in text: String) -> Substring? {
        let label = Array(label.utf8)
        let bytes = Array(text.utf8)
        guard bytes.count >= label.count,
            let start = (0...(bytes.count - label.count)).first(where: { bytes[$0..<$0 + label.count].elementsEqual(label) })
        else { return nil }
        return Substring(decoding: bytes[(start + label.count)...], as: UTF8.self)
    }

    private static func literal(_ label: String, in text: String) -> String? {
        guard let rest = range(of: label, in: text)?.drop(while: { $0 == " " }), rest.first == "\"" else { return nil }
        return String(rest.dropFirst().prefix { $0 != "\"" })
    }

    /// The strings of the array that a label introduces.
    private static func list(_ label: String, in text: String) -> [String] {
        guard let rest = range(of: label, in: text) else { return [] }
        var depth = 0
        var inside = ""
        for character in rest {
            if character == "[" { depth += 1 }
            if character == "]" { depth -= 1; if depth == 0 { break } }
            if depth > 0 { inside.append(character) }
        }
        return strings(in: inside)
    }
}
