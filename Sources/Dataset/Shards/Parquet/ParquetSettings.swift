/// How Parquet files are written; with the rows and their order, this decides every byte.
public struct ParquetSettings: Codable, Equatable, Sendable {
    /// 1 (fast) to 22 (small).
    public var zstdLevel: Int
    /// A row group ends with the row that brings its values to this many bytes before compression.
    public var rowGroupBytes: Int
    /// A row group ends with this many rows at the latest.
    public var rowGroupRows: Int

    public init(zstdLevel: Int = 3, rowGroupBytes: Int = 64 << 20, rowGroupRows: Int = 1 << 20) {
        self.zstdLevel = zstdLevel
        self.rowGroupBytes = rowGroupBytes
        self.rowGroupRows = rowGroupRows
    }

    func check() throws(ShardError) {
        guard (1...22).contains(zstdLevel) else { throw .badSetting(name: "zstdLevel", reason: "\(zstdLevel) is not between 1 and 22") }
        guard (1...512 << 20).contains(rowGroupBytes) else {
            throw .badSetting(name: "rowGroupBytes", reason: "\(rowGroupBytes) is not between 1 and 512 MiB")
        }
        guard (1...1 << 24).contains(rowGroupRows) else {
            throw .badSetting(name: "rowGroupRows", reason: "\(rowGroupRows) is not between 1 and 2^24")
        }
    }
}
