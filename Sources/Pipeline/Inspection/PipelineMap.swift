/// A recipe's stages as topics and groups see them: what reads what, what writes what. Made without models, so it costs nothing.
///
/// ``WebTopology`` binds the same names to code; a test keeps the two equal.
public struct PipelineMap: Sendable {
    public struct Stage: Sendable, Hashable {
        public enum Shape: String, Sendable, Hashable, Codable {
            /// A task for each partition number.
            case perPartition
            /// One task that sees all partitions in the one order.
            case merged
            /// A task for each partition number that sees pairs of two inputs' records.
            case joined
            /// One task that sees the first input's records in the one order, each with its companions of the other inputs.
            case gathered
        }

        public var name: String
        public var group: String
        public var inputs: [String]
        /// Topics; empty for a stage that writes files.
        public var outputs: [String]
        /// What it writes into the data folder instead of a topic: "shards", "lake".
        public var folder: String?
        public var rejections: String?
        /// The stage that its rejections name.
        public var rejectionName: String
        public var deadLetters: String
        public var changelog: String?
        public var shape: Shape
        /// False for one that looks outside of its input: it cannot be replayed from it.
        public var isPure: Bool

        public init(
            name: String, group: String, inputs: [String], outputs: [String], folder: String? = nil, rejections: String? = nil,
            rejectionName: String? = nil, deadLetters: String, changelog: String? = nil, shape: Shape = .perPartition, isPure: Bool = true
        ) {
            self.name = name
            self.group = group
            self.inputs = inputs
            self.outputs = outputs
            self.folder = folder
            self.rejections = rejections
            self.rejectionName = rejectionName ?? name
            self.deadLetters = deadLetters
            self.changelog = changelog
            self.shape = shape
            self.isPure = isPure
        }

        /// One task in all, whatever the number of partitions.
        public var hasOneTask: Bool { shape == .merged || shape == .gathered }

        /// Whether the records of an input count as the stage's: where inputs are brought together, those of the first stand for all.
        public func counts(input index: Int) -> Bool { index == 0 || shape == .merged || shape == .perPartition }

        /// Every topic that the stage touches.
        public var topics: [String] { inputs + outputs + [rejections, changelog].compactMap { $0 } + [deadLetters] }
    }

    public var name: String
    public var stages: [Stage]

    public init(name: String, stages: [Stage]) {
        self.name = name
        self.stages = stages
    }

    /// `group`: put in front of each stage's name for its consumer group.
    public init(recipe: Recipe, group: String = "leat-") {
        name = recipe.name
        stages = recipe.stages.map { entry in
            var stage = Stage(
                name: entry.name, group: group + entry.name, inputs: entry.inputs, outputs: entry.outputs, rejections: "docs.rejected",
                deadLetters: entry.name + ".dlq")
            switch entry.settings {
            case .ingest:
                stage.changelog = "ingest-changelog"
                stage.isPure = false
            case .dedup:
                stage.changelog = "dedup-changelog"
                stage.shape = entry.inputs.count == 1 ? .merged : .gathered
            case .match:
                stage.changelog = entry.name + "-changelog"
                stage.shape = .merged
            case .unique:
                stage.shape = .joined
                // What it refuses is the sequencer's decision, and says so.
                stage.rejectionName = "dedup"
            case .shards, .lake:
                stage.changelog = entry.name + "-changelog"
                stage.shape = .merged
                stage.folder = entry.name
                stage.outputs = []
            case .extract, .filter, .sign, .tokenize: break
            }
            return stage
        }
    }

    /// Throws where there is no such stage, with the names there are.
    public func stage(_ name: String) throws -> Stage {
        guard let found = stages.first(where: { $0.name == name }) else {
            throw PipelineError("the recipe \(self.name) has no stage \(name); it has \(stages.map(\.name).joined(separator: ", "))")
        }
        return found
    }

    public func readers(of topic: String) -> [Stage] { stages.filter { $0.inputs.contains(topic) } }

    public func writers(of topic: String) -> [Stage] { stages.filter { $0.outputs.contains(topic) } }

    /// Every topic that records of `topic` can reach, itself included.
    public func reachable(from topic: String) -> Set<String> {
        var reached: Set<String> = [topic]
        var open = [topic]
        while let next = open.popLast() {
            for output in readers(of: next).flatMap(\.outputs) where reached.insert(output).inserted { open.append(output) }
        }
        return reached
    }
}
