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
