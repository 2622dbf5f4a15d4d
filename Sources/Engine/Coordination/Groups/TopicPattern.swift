// The patterns of consumer groups' subscriptions: RE2's syntax (github.com/google/re2/wiki/Syntax) as far as it can matter for
// topic names, which are ASCII.
//   alternation  = sequence *( "|" sequence )
//   sequence     = *( atom [ "*" / "+" / "?" / "{" n [ "," [ m ] ] "}" ] [ "?" ] )
//   atom         = byte / "." / "^" / "$" / class / escape / "(" [ "?:" / "?P<" name ">" / "?<" name ">" / "?i" ":" ] alternation ")"
//   class        = "[" [ "^" ] 1*( byte [ "-" byte ] / escape / "[:" name ":]" ) "]"
//   escape       = "\" ( "d" / "D" / "w" / "W" / "s" / "S" / "A" / "z" / punctuation ) / "\Q" text "\E"

/// A pattern over topic names; the whole name must match.
///
/// Time to match is at most the pattern's size times the name's length: all ways are followed at once (Thompson 1968), so that
/// no pattern can hold the coordinator up. Bounds: 1,000 bytes, 100 groups deep, 1,000 steps when repetitions are written out.
struct TopicPattern: Sendable {
    /// What is wrong with a pattern.
    struct Malformed: Error, CustomStringConvertible {
        var description: String
    }

    static let maximumBytes = 1_000
    static let maximumDepth = 100
    static let maximumSteps = 1_000

    enum Step: Sendable {
        case byte(ByteSet)
        case split(Int, Int)
        case jump(Int)
        case start, end
        case match
    }

    private let steps: [Step]

    init(_ text: String) throws(Malformed) {
        let bytes = Array(text.utf8)
        guard bytes.count <= Self.maximumBytes else {
            throw Malformed(description: "The pattern has \(bytes.count) bytes, more than \(Self.maximumBytes).")
        }
        var parser = TopicPatternParser(bytes)
        let node = try parser.parse()
        var compiler = TopicPatternCompiler()
        try compiler.emit(node)
        steps = compiler.steps + [.match]
    }

    func matches(_ name: String) -> Bool {
        var name = name
        return name.withUTF8 { bytes in
            var current: [Int] = []
            var seen = [Bool](repeating: false, count: steps.count)
            follow(0, at: 0, bytes.count, &current, &seen)
            for (position, byte) in bytes.enumerated() {
                guard !current.isEmpty else { return false }
                var next: [Int] = []
                var seen = [Bool](repeating: false, count: steps.count)
                for place in current {
                    if case .byte(let set) = steps[place], set.contains(byte) {
                        follow(place + 1, at: position + 1, bytes.count, &next, &seen)
                    }
                }
                current = next
            }
            return current.contains { if case .match = steps[$0] { true } else { false } }
        }
    }

    /// Adds every step that reads a byte, or matches, and can be reached from `first` without reading.
    private func follow(_ first: Int, at position: Int, _ count: Int, _ places: inout [Int], _ seen: inout [Bool]) {
        var stack = [first]
        while let place = stack.popLast() {
            guard !seen[place] else { continue }
            seen[place] = true
            switch steps[place] {
            case .byte, .match: places.append(place)
            case .jump(let target): stack.append(target)
            case .split(let left, let right): stack += [right, left]
            case .start: if position == 0 { stack.append(place + 1) }
            case .end: if position == count { stack.append(place + 1) }
            }
        }
    }
}

/// A set of bytes.
struct ByteSet: Sendable, Hashable {
    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    init() {}
    init(_ byte: UInt8) { insert(byte) }

    init(_ bytes: some Sequence<UInt8>) { for byte in bytes { insert(byte) } }

    mutating func insert(_ byte: UInt8) {
        let bit = UInt64(1) << UInt64(byte & 63)
        switch byte >> 6 {
        case 0: words.0 |= bit
        case 1: words.1 |= bit
        case 2: words.2 |= bit
        default: words.3 |= bit
        }
    }

    func contains(_ byte: UInt8) -> Bool {
        let word =
            switch byte >> 6 {
            case 0: words.0
            case 1: words.1
            case 2: words.2
            default: words.3
            }
        return word >> UInt64(byte & 63) & 1 == 1
    }

    mutating func formUnion(_ other: ByteSet) {
        words = (words.0 | other.words.0, words.1 | other.words.1, words.2 | other.words.2, words.3 | other.words.3)
    }

    var inverted: ByteSet {
        var result = self
        result.words = (~words.0, ~words.1, ~words.2, ~words.3)
        return result
    }

    /// With the letters of the other case.
    var withoutCase: ByteSet {
        var result = self
        for letter in UInt8(ascii: "a")...UInt8(ascii: "z") where contains(letter) || contains(letter - 32) {
            result.insert(letter)
            result.insert(letter - 32)
        }
        return result
    }

    static func == (left: ByteSet, right: ByteSet) -> Bool { left.words == right.words }
    func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }
}

/// Lays a pattern out as steps.
struct TopicPatternCompiler {
    private(set) var steps: [TopicPattern.Step] = []

    private mutating func add(_ step: TopicPattern.Step) throws(TopicPattern.Malformed) {
        guard steps.count < TopicPattern.maximumSteps else {
            throw TopicPattern.Malformed(description: "The pattern takes more than \(TopicPattern.maximumSteps) steps.")
        }
        steps.append(step)
    }

    /// Depth: that of the pattern's groups, which the parser bounds.
    mutating func emit(_ node: TopicPatternNode) throws(TopicPattern.Malformed) {
        switch node {
        case .byte(let set): try add(.byte(set))
        case .start: try add(.start)
        case .end: try add(.end)
        case .sequence(let nodes): for node in nodes { try emit(node) }
        case .alternation(let nodes): try emitAlternation(nodes)
        case .repetition(let node, let least, let most): try emitRepetition(node, least, most)
        }
    }

    private mutating func emitAlternation(_ nodes: [TopicPatternNode]) throws(TopicPattern.Malformed) {
        var ends: [Int] = []
        for (index, node) in nodes.enumerated() {
            guard index < nodes.count - 1 else {
                try emit(node)
                break
            }
            let split = steps.count
            try add(.split(split + 1, split + 1))
            try emit(node)
            ends.append(steps.count)
            try add(.jump(0))
            steps[split] = .split(split + 1, steps.count)
        }
        for end in ends { steps[end] = .jump(steps.count) }
    }

    private mutating func emitRepetition(
        _ node: TopicPatternNode, _ least: Int, _ most: Int?
    ) throws(TopicPattern.Malformed) {
        for _ in 0..<least { try emit(node) }
        guard let most else {
            let split = steps.count
            try add(.split(split + 1, split + 1))
            try emit(node)
            try add(.jump(split))
            steps[split] = .split(split + 1, steps.count)
            return
        }
        var splits: [Int] = []
        for _ in least..<most {
            splits.append(steps.count)
            try add(.split(steps.count + 1, 0))
            try emit(node)
        }
        for split in splits { steps[split] = .split(split + 1, steps.count) }
    }
}
