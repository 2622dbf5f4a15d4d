/// What a replay is: kept in the log (``OperationJournal``, kind "replay"), so that the same command goes on with the same ranges.
public struct ReplayPlan: Codable, Hashable, Sendable {
    /// The stages, in the order of the recipe.
    public var stages: [String]
    public var into: String
    public var ranges: [ReplayRange]
    /// From above 0 to 1; nil: every record.
    public var sample: Double?
    /// The recipe's settings of the stages, as digests: another configuration is another replay.
    public var configurations: [String: String]
    public var build: String
    /// True where the state begins as a copy of the live one.
    public var copiesState: Bool
    /// Since 1970.
    public var madeMilliseconds: Int64

    public static let kind = "replay"

    /// Why a replay that was begun cannot go on as this one; nil where it can.
    func difference(from begun: ReplayPlan) -> String? {
        if stages != begun.stages { return "it replays \(begun.stages.joined(separator: ", "))" }
        if sample != begun.sample { return "its sample is \(begun.sample.map { "\($0 * 100)%" } ?? "everything")" }
        if copiesState != begun.copiesState { return begun.copiesState ? "it began with a copy of the live state" : "it began with no state" }
        if build != begun.build { return "it was made by \(begun.build)" }
        if let stage = configurations.keys.sorted().first(where: { configurations[$0] != begun.configurations[$0] }) {
            return "the stage \(stage) had other settings"
        }
        return nil
    }
}
