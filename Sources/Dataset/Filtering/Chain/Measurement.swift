/// A value that a rule measured on one document, under the name by which reports know it.
public struct Measurement: Sendable, Equatable {
    public var name: String
    /// Nil where the rule has nothing to divide by.
    public var value: Double?

    public init(_ name: String, _ value: Double?) {
        self.name = name
        self.value = value
    }
}
