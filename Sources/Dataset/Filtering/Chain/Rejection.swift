/// Why a document is refused: the filter, its rule, what was measured, and the threshold that it missed.
public struct Rejection: Sendable, Equatable {
    public var filter: String
    /// The rule's name; where datatrove has the rule, datatrove's.
    public var rule: String
    public var value: Double?
    public var threshold: Double?

    public init(filter: String, rule: String, value: Double?, threshold: Double?) {
        self.filter = filter
        self.rule = rule
        self.value = value
        self.threshold = threshold
    }
}
