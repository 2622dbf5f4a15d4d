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
