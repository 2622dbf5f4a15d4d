/// Whether a stage's dead letters can be put back where they came from, so that this stage handles them once more and no other one twice.
public enum RetryRule {
    /// Why not; nil where they can. `warning` is what happens all the same.
    public static func obstacle(_ stage: PipelineMap.Stage, source topic: String, _ map: PipelineMap) -> String? {
        guard stage.inputs.contains(topic) else {
            return "the stage \(stage.name) does not read \(topic) in this recipe; name the recipe that it ran with (--pipeline)"
        }
        if stage.shape == .joined {
            return "\(stage.name) joins pairs of records of \(stage.inputs.joined(separator: " and ")); one of a pair put back alone finds no partner. Replay it: leat replay \(stage.name)"
        }
        // Downstream, a join needs what is put back in each of its inputs.
        let reached = map.reachable(from: topic)
        for join in map.stages where join.shape == .joined && join.inputs.contains(where: reached.contains) {
            if let missing = join.inputs.first(where: { !reached.contains($0) }) {
                return "behind \(stage.name), \(join.name) joins with \(missing), where the document would not come again. Replay instead: leat replay \(stage.name)..\(join.name)"
            }
        }
        // Who else reads the topic handles the record too: right for a join that waits for both, and sinks pass over what is not theirs.
        let others = map.readers(of: topic).filter { $0.name != stage.name && $0.folder == nil && $0.shape != .joined }
        if let other = others.first {
            return "\(other.name) reads \(topic) too, and would handle the record a second time. Replay it: leat replay \(stage.name)"
        }
        return nil
    }

    /// What a retry of this stage means for the order and the contents of the outputs; nil where there is nothing to say.
    public static func warning(_ stage: PipelineMap.Stage) -> String? {
        guard !stage.isPure else { return nil }
        return "\(stage.name) begins the archive again from its first record: pages that it gave before it failed come a second time, and deduplication refuses them as copies"
    }
}
