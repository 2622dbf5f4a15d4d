/// A regular expression the obvious, slow way: matchers that backtrack, over code points, with the standard library's Unicode properties.
indirect enum SlowPattern: Sendable {
    case one(@Sendable (Unicode.Scalar) -> Bool)
    case sequence([SlowPattern])
    /// Tried in order.
    case either([SlowPattern])
    /// Greedy.
    case repeated(SlowPattern, Int, Int)
    /// `(?!\S)`
    case notBeforeNonSpace
    /// `$`
    case atEnd

    static func optional(_ pattern: SlowPattern) -> SlowPattern { .repeated(pattern, 0, 1) }
    static func many(_ pattern: SlowPattern) -> SlowPattern { .repeated(pattern, 0, .max) }
    static func some(_ pattern: SlowPattern) -> SlowPattern { .repeated(pattern, 1, .max) }

    /// The end of the match at `position`, if what follows it (`then`) matches too.
    func match(_ text: [Unicode.Scalar], _ position: Int, then: (Int) -> Int?) -> Int? {
        switch self {
        case .one(let isIn):
            return position < text.count && isIn(text[position]) ? then(position + 1) : nil
        case .sequence(let parts):
            guard let first = parts.first else { return then(position) }
            return first.match(text, position) {
                SlowPattern.sequence(Array(parts.dropFirst())).match(text, $0, then: then)
            }
        case .either(let choices):
            for choice in choices { if let end = choice.match(text, position, then: then) { return end } }
            return nil
        case .repeated(let pattern, let least, let most):
            if most > 0 {
                let more = pattern.match(text, position) { next in
                    next == position
                        ? nil
                        : SlowPattern.repeated(pattern, max(0, least - 1), most == .max ? .max : most - 1)
                            .match(text, next, then: then)
                }
                if let more { return more }
            }
            return least == 0 ? then(position) : nil
        case .notBeforeNonSpace:
            return position == text.count || text[position].properties.isWhitespace ? then(position) : nil
        case .atEnd:
            return position == text.count ? then(position) : nil
        }
    }

    /// The text cut as a search from left to right cuts it; what lies between two matches is a piece.
    func pieces(_ text: [Unicode.Scalar]) -> [[Unicode.Scalar]] {
        var pieces: [[Unicode.Scalar]] = []
        var gap: [Unicode.Scalar] = []
        var position = 0
        while position < text.count {
            if let end = match(text, position, then: { $0 }), end > position {
                if !gap.isEmpty { pieces.append(gap) }
                gap = []
                pieces.append(Array(text[position..<end]))
                position = end
            } else {
                gap.append(text[position])
                position += 1
            }
        }
        if !gap.isEmpty { pieces.append(gap) }
        return pieces
    }
}
