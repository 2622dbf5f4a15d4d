/// One column of a Parquet file.
public struct ParquetField: Equatable, Sendable {
    public enum Kind: Int32, Sendable { case string = 0, int64, double, bool }

    public var name: String
    public var kind: Kind
    public var isNullable: Bool
    /// Values recur: each is written once per row group. Pays for languages, sites and dumps; not for text or ids.
    public var hasDictionary: Bool
    /// Smallest and largest values per row group and page. Useless for long text.
    public var hasStatistics: Bool

    public init(_ name: String, _ kind: Kind, isNullable: Bool = false, hasDictionary: Bool = false, hasStatistics: Bool = true) {
        self.name = name
        self.kind = kind
        self.isNullable = isNullable
        self.hasDictionary = hasDictionary
        self.hasStatistics = hasStatistics
    }
}
