/// What a chain of filters made of one document.
public struct FilterOutcome: Sendable, Equatable {
    /// Why the document is refused; nil where it is kept.
    public var rejection: Rejection?
    /// The rewritten text, where a filter (C4) left less than it was given, and no filter refused.
    public var text: String?
    /// All that the rules which ran have measured, in their order.
    public var measured: [Measurement]

    public var isKept: Bool { rejection == nil }

    public init(rejection: Rejection?, text: String?, measured: [Measurement]) {
        self.rejection = rejection
        self.text = text
        self.measured = measured
    }
}
