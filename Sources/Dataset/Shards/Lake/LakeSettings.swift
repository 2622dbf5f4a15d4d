/// Everything that decides the lake's bytes, beside the rows and their order; and the memory it may take, which decides none.
public struct LakeSettings: Equatable, Sendable {
    public var parquet: ParquetSettings
    /// Columns of measured values, each a nullable double, in this order.
    public var signals: [String]
    /// A file closes after the row that brings it to this many rows, or to this many bytes of values before compression.
    public var rowsPerFile: Int
    public var bytesPerFile: Int
    /// Rows that wait in memory for their row groups, all partitions together. What is more waits in a file under `_temporary`.
    /// At its end one row group (`parquet.rowGroupBytes`) comes back whole, so count that as well.
    public var memoryBytes: Int
    /// Written into every file's footer, in the order of the keys: build, digest of the pipeline.
    public var metadata: [String: String]

    public init(
        parquet: ParquetSettings = ParquetSettings(), signals: [String], rowsPerFile: Int = 10_000_000, bytesPerFile: Int = 1 << 30,
        memoryBytes: Int = 192 << 20, metadata: [String: String]
    ) {
        self.parquet = parquet
        self.signals = signals
        self.rowsPerFile = rowsPerFile
        self.bytesPerFile = bytesPerFile
        self.memoryBytes = memoryBytes
        self.metadata = metadata
    }

    func check() throws(ShardError) {
        try parquet.check()
        guard rowsPerFile > 0 else { throw .badSetting(name: "rowsPerFile", reason: "\(rowsPerFile) is not positive") }
        guard bytesPerFile > 0 else { throw .badSetting(name: "bytesPerFile", reason: "\(bytesPerFile) is not positive") }
        guard memoryBytes >= 0 else { throw .badSetting(name: "memoryBytes", reason: "\(memoryBytes) is negative") }
        for key in metadata.keys where key.isEmpty || key.hasPrefix("leat.order") {
            throw .badSetting(name: "metadata", reason: "the key '\(key)' is not for callers")
        }
    }
}
