/// One function with a body: what it is called, its first line, and how many lines it takes from there to its closing brace.
struct FunctionLength: Equatable {
    var name: String
    var line: Int
    var lines: Int
}

extension SwiftText {
    /// The functions, initialisers and subscripts of the file, inner ones too.
    var functions: [FunctionLength] {
        var found: [FunctionLength] = []
        var line = 1
        var place = 0
        while place < code.count {
            if code[place] == 10 { line += 1 }
            guard let word = word(at: place) else {
                place += 1
                continue
            }
            if Self.openers.contains(word), !isMember(place), let body = body(after: place + word.utf8.count) {
                let lines = code[place...body.upperBound].count { $0 == 10 } + 1
                found.append(FunctionLength(name: name(word, after: place), line: line, lines: lines))
            }
            place += word.utf8.count
        }
        return found
    }

    private static let openers: Set<String> = ["func", "init", "deinit", "subscript"]
    /// Where one of these comes before a body, the declaration had none: a protocol's requirement.
    private static let nextDeclaration: Set<String> = [
        "func", "init", "deinit", "subscript", "var", "let", "case", "static", "class", "struct", "enum", "protocol", "extension", "typealias",
        "associatedtype", "mutating", "nonmutating", "public", "private", "internal", "package", "fileprivate", "override",
    ]

    private static func isWordByte(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_") || byte >= 0x80
    }

    /// The whole word that begins here.
    private func word(at place: Int) -> String? {
        guard Self.isWordByte(code[place]), place == 0 || !Self.isWordByte(code[place - 1]) else { return nil }
        return String(decoding: code[place...].prefix(while: Self.isWordByte), as: UTF8.self)
    }

    /// `.init(…)`, `self.init(…)`, and a name in backquotes are no declarations.
    private func isMember(_ place: Int) -> Bool {
        place > 0 && [UInt8(ascii: "."), UInt8(ascii: "`")].contains(code[place - 1])
    }

    private func name(_ word: String, after place: Int) -> String {
        guard word == "func" else { return word }
        let rest = code[(place + word.utf8.count)...].drop { $0 == 32 || $0 == 10 }
        return String(decoding: rest.prefix { $0 != 32 && $0 != 10 && $0 != UInt8(ascii: "(") && $0 != UInt8(ascii: "<") }, as: UTF8.self)
    }

    /// From the opening brace to the closing one.
    private func body(after start: Int) -> ClosedRange<Int>? {
        var depth = 0
        var place = start
        while place < code.count {
            switch code[place] {
            case UInt8(ascii: "("), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: "{") where depth == 0: return closing(place).map { place...$0 }
            case UInt8(ascii: "}"), UInt8(ascii: ";"): if depth <= 0 { return nil }
            default:
                if depth == 0, place > start, let word = word(at: place) {
                    // `func class(…)` is no declaration's start; a name follows `func` directly.
                    if Self.nextDeclaration.contains(word), isFirstOfLine(place) { return nil }
                    place += word.utf8.count
                    continue
                }
            }
            if depth < 0 { return nil }
            place += 1
        }
        return nil
    }

    private func isFirstOfLine(_ place: Int) -> Bool {
        code[..<place].last { $0 != 32 }.map { $0 == 10 } ?? true
    }

    private func closing(_ start: Int) -> Int? {
        var depth = 0
        for place in start..<code.count {
            if code[place] == UInt8(ascii: "{") { depth += 1 }
            if code[place] == UInt8(ascii: "}") { depth -= 1 }
            if depth == 0 { return place }
        }
        return nil
    }
}

/// The functions of a C or C++ file that is laid out as ours are: a signature in column 0, and a closing brace in column 0.
func functionsOfC(_ text: String) -> [FunctionLength] {
    var found: [FunctionLength] = []
    var open: (name: String, line: Int)?
    var signature: (text: String, line: Int)?
    for (number, line) in text.numberedLines {
        if let function = open {
            guard line.hasPrefix("}") else { continue }
            found.append(FunctionLength(name: function.name, line: function.line, lines: number - function.line + 1))
            open = nil
        } else if let first = line.utf8.first, first > 32, first != UInt8(ascii: "#"), first != UInt8(ascii: "/"), first != UInt8(ascii: "}"),
            first != UInt8(ascii: "{")
        {
            signature = (String(line), number)
        } else if signature != nil, !line.hasPrefix("{") {
            signature?.text += line
        }
        guard open == nil, let candidate = signature, line.hasSuffix("{"), candidate.text.contains("(") || line == "{" else { continue }
        let kinds = ["struct {", "namespace", "extern \"C\"", "enum", "union", " = ", "class "]
        if !kinds.contains(where: candidate.text.contains) {
            let name = candidate.text.prefix { $0 != "(" }.split(separator: " ").last.map(String.init) ?? "?"
            open = (name, candidate.line)
        }
        signature = nil
    }
    return found
}
