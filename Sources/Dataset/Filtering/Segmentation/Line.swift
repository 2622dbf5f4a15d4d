/// One line of a text, without what ends it.
public struct Line: Sendable, Equatable {
    /// The bytes of the text that are this line.
    public var range: Range<Int>
    /// Length in Unicode scalars.
    public var scalarCount: Int
    /// A hash of the bytes.
    public var hash: UInt64
    /// Whether there is nothing but white space in it.
    public var isBlank: Bool
}
