/// A pattern's tree.
indirect enum TopicPatternNode: Sendable {
    case byte(ByteSet)
    case start, end
    case sequence([TopicPatternNode])
    case alternation([TopicPatternNode])
    /// At least, at most (nil: without end).
    case repetition(TopicPatternNode, Int, Int?)
}

/// Reads a pattern; the grammar stands in TopicPattern.swift.
struct TopicPatternParser {
    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0
    private var ignoresCase = false

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func parse() throws(TopicPattern.Malformed) -> TopicPatternNode {
        let node = try alternation()
        if position < bytes.count { throw malformed("an unopened ')'") }
        return node
    }

    private func malformed(_ what: String) -> TopicPattern.Malformed {
        TopicPattern.Malformed(
            description: "The pattern \"\(String(decoding: bytes, as: UTF8.self))\" has \(what) at byte \(position).")
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func isNext(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { bytes[position...].starts(with: $0) }
    }

    private mutating func take(_ text: StaticString) -> Bool {
        guard isNext(text) else { return false }
        position += text.utf8CodeUnitCount
        return true
    }

    private mutating func alternation() throws(TopicPattern.Malformed) -> TopicPatternNode {
        depth += 1
        defer { depth -= 1 }
        guard depth <= TopicPattern.maximumDepth else { throw malformed("groups more than \(TopicPattern.maximumDepth) deep") }
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .alternation(branches)
    }

    private mutating func sequence() throws(TopicPattern.Malformed) -> TopicPatternNode {
        var nodes: [TopicPatternNode] = []
        while let byte = next, byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
            if take("\\Q") {
                while next != nil, !take("\\E") { nodes.append(literal(bytes[position])) }
                continue
            }
            nodes.append(try repetition(of: try atom()))
        }
        return nodes.count == 1 ? nodes[0] : .sequence(nodes)
    }

    private mutating func literal(_ byte: UInt8) -> TopicPatternNode {
        position += 1
        let set = ByteSet(byte)
        return .byte(ignoresCase ? set.withoutCase : set)
    }

    private mutating func repetition(of node: TopicPatternNode) throws(TopicPattern.Malformed) -> TopicPatternNode {
        var result = node
        if take("*") {
            result = .repetition(node, 0, nil)
        } else if take("+") {
            result = .repetition(node, 1, nil)
        } else if take("?") {
            result = .repetition(node, 0, 1)
        } else if isNext("{"), let (least, most) = try counts() {
            result = .repetition(node, least, most)
        } else {
            return result
        }
        // Whether it takes few or many does not matter for the whole name.
        _ = take("?")
        if let byte = next, byte == UInt8(ascii: "*") || byte == UInt8(ascii: "+") { throw malformed("a repetition of nothing") }
        return result
    }

    /// `{n}`, `{n,}` or `{n,m}`; nil, and nothing taken, where it is none: then the brace stands for itself.
    private mutating func counts() throws(TopicPattern.Malformed) -> (Int, Int?)? {
        let start = position
        position += 1
        let least = number()
        var most = least
        if take(",") { most = isNext("}") ? nil : number() }
        guard let least, take("}"), most != nil || bytes[position - 2] == UInt8(ascii: ",") else {
            position = start
            return nil
        }
        guard least <= 1_000, most ?? 0 <= 1_000, most ?? least >= least else { throw malformed("a repetition out of bounds") }
        return (least, most)
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let byte = next, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9"), (value ?? 0) < 100_000 {
            value = (value ?? 0) * 10 + Int(byte - UInt8(ascii: "0"))
            position += 1
        }
        return value
    }

    private mutating func atom() throws(TopicPattern.Malformed) -> TopicPatternNode {
        let byte = bytes[position]
        switch byte {
        case UInt8(ascii: "."):
            position += 1
            return .byte(ByteSet(UInt8(ascii: "\n")).inverted)
        case UInt8(ascii: "^"):
            position += 1
            return .start
        case UInt8(ascii: "$"):
            position += 1
            return .end
        case UInt8(ascii: "["): return .byte(try bracketed())
        case UInt8(ascii: "("): return try group()
        case UInt8(ascii: "\\"):
            if take("\\A") { return .start }
            if take("\\z") { return .end }
            let set = try escape()
            return .byte(ignoresCase ? set.withoutCase : set)
        case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"): throw malformed("a repetition of nothing")
        default: return literal(byte)
        }
    }

    private mutating func group() throws(TopicPattern.Malformed) -> TopicPatternNode {
        position += 1
        let outerCase = ignoresCase
        if take("?i)") {
            // To the end of the group around it.
            ignoresCase = true
            return .sequence([])
        }
        if take("?i:") {
            ignoresCase = true
        } else if take("?P<") || take("?<") {
            while let byte = next, byte != UInt8(ascii: ">") { _ = literal(byte) }
            guard take(">") else { throw malformed("an unended group name") }
        } else if !take("?:") && isNext("?") {
            throw malformed("an unknown kind of group")
        }
        let node = try alternation()
        guard take(")") else { throw malformed("an unended group") }
        ignoresCase = outerCase
        return node
    }

    private mutating func escape() throws(TopicPattern.Malformed) -> ByteSet {
        position += 1
        guard let byte = next else { throw malformed("a lone '\\'") }
        position += 1
        if let set = Self.perlClass(byte) { return set }
        switch byte {
        case UInt8(ascii: "t"): return ByteSet(9)
        case UInt8(ascii: "n"): return ByteSet(10)
        case UInt8(ascii: "r"): return ByteSet(13)
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            throw malformed("an unknown escape")
        default: return ByteSet(byte)
        }
    }

    private static let digits = ByteSet(UInt8(ascii: "0")...UInt8(ascii: "9"))
    private static let lower = ByteSet(UInt8(ascii: "a")...UInt8(ascii: "z"))
    private static let upper = ByteSet(UInt8(ascii: "A")...UInt8(ascii: "Z"))

    private static func union(_ sets: ByteSet...) -> ByteSet { sets.reduce(into: ByteSet()) { $0.formUnion($1) } }

    private static func perlClass(_ byte: UInt8) -> ByteSet? {
        let word = union(digits, lower, upper, ByteSet(UInt8(ascii: "_")))
        let space = ByteSet([9, 10, 12, 13, 32])
        return switch byte {
        case UInt8(ascii: "d"): digits
        case UInt8(ascii: "D"): digits.inverted
        case UInt8(ascii: "w"): word
        case UInt8(ascii: "W"): word.inverted
        case UInt8(ascii: "s"): space
        case UInt8(ascii: "S"): space.inverted
        default: nil
        }
    }

    private static func namedClass(_ name: String) -> ByteSet? {
        switch name {
        case "alnum": union(digits, lower, upper)
        case "alpha": union(lower, upper)
        case "digit": digits
        case "lower": lower
        case "upper": upper
        case "word": perlClass(UInt8(ascii: "w"))
        case "space": ByteSet([9, 10, 11, 12, 13, 32])
        case "punct": ByteSet((33...126).filter { !union(digits, lower, upper).contains($0) })
        case "xdigit": union(digits, ByteSet("abcdefABCDEF".utf8))
        default: nil
        }
    }

    private mutating func bracketed() throws(TopicPattern.Malformed) -> ByteSet {
        position += 1
        let isNegated = take("^")
        var set = ByteSet()
        var isFirst = true
        while let byte = next, isFirst || byte != UInt8(ascii: "]") {
            isFirst = false
            if take("[:") {
                let start = position
                while let byte = next, byte != UInt8(ascii: ":") { _ = literal(byte) }
                let name = String(decoding: bytes[start..<position], as: UTF8.self)
                guard take(":]"), let named = Self.namedClass(name) else { throw malformed("an unknown class") }
                set.formUnion(named)
            } else {
                try bracketedRange(byte, &set)
            }
        }
        guard take("]") else { throw malformed("an unended class") }
        if ignoresCase { set = set.withoutCase }
        return isNegated ? set.inverted : set
    }

    private mutating func bracketedRange(_ first: UInt8, _ set: inout ByteSet) throws(TopicPattern.Malformed) {
        var low = first
        if first == UInt8(ascii: "\\") {
            let escaped = try escape()
            // A class of many bytes is no end of a range.
            guard Self.perlClass(bytes[position - 1]) == nil else { return set.formUnion(escaped) }
            low = bytes[position - 1]
            set.formUnion(escaped)
        } else {
            position += 1
            set.insert(low)
        }
        guard next == UInt8(ascii: "-"), position + 1 < bytes.count, bytes[position + 1] != UInt8(ascii: "]") else { return }
        position += 1
        var high = bytes[position]
        if high == UInt8(ascii: "\\") {
            _ = try escape()
            high = bytes[position - 1]
        } else {
            position += 1
        }
        guard low <= high else { throw malformed("a range that ends before it begins") }
        for byte in low...high { set.insert(byte) }
    }
}
