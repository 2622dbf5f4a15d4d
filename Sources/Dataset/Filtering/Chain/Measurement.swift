/// A value that a rule measured on one document, under the name by which reports know it.
public struct Measurement: Sendable, Equatable {
    /// The filter to which the rule belongs.
    public var filter: String
    public var name: String
    /// Nil where the rule has nothing to divide by.
    public var value: Double?

    public init(filter: String, name: String, value: Double?) {
        self.filter = filter
        self.name = name
        self.value = value
    }
}
