/// What `dedup` is with `matchers: M`, M above 1: M stages `match-0` … that divide the bands, and the stage `dedup`, which decides.
///
/// ```
/// dedup.signatures ─┬─> [match-0]   ──> dedup.candidates.0   ──┐
///                   ├─> …                                     ├─> [dedup] ──> dedup.verdicts
///                   ├─> [match-M-1] ──> dedup.candidates.M-1 ──┤
///                   └──────────────────────────────────────────┘
/// ```
/// Each is a stage like others, with a consumer group, state, changelog and dead letters of its own. Their topics are declared once for all of them:
/// `dedup.candidates`, `match-changelog`, `match.dlq`.
enum DividedStage {
    static let family = "match"
    static let candidates = "dedup.candidates"

    static func parts(of entry: StageRecipe) throws -> [StageRecipe] {
        guard case .dedup(let settings) = entry.settings, settings.matchers > 1 else { return [entry] }
        guard entry.inputs.count == 1 else {
            throw PipelineError("with matchers the stage reads one topic, and from names \(entry.inputs.joined(separator: ", "))")
        }
        var decider = entry
        let matchers = (0..<settings.matchers).map { number in
            var matcher = entry
            let name = "\(family)-\(number)"
            let topic = "\(candidates).\(number)"
            matcher.name = name
            matcher.family = family
            matcher.outputs = [topic]
            matcher.settings = .match(MatchSettings(signature: settings.signature, number: number, count: settings.matchers))
            matcher.topicModels = [topic: candidates, name + ".dlq": family + ".dlq", name + "-changelog": family + "-changelog"]
            decider.inputs.append(topic)
            decider.topicModels[topic] = candidates
            return matcher
        }
        return matchers + [decider]
    }
}
