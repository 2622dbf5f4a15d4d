import CArrow

/// Writes one Parquet file through Arrow's C++ library: zstd, statistics and page index, row groups as the caller cuts them.
///
/// The same rows in the same row groups with the same settings give the same bytes: no times, one thread, a constant `created_by`.
/// One thread at a time. A file that is not finished has no footer and is no Parquet file: write under a temporary name.
final class ParquetFileWriter {
    static let createdBy = "leat"

    let path: String
    private let fields: [ParquetField]
    // Unsafe corner: the C++ writer, owned by this object alone from init to deinit.
    private let handle: OpaquePointer
    private var isFinished = false

    init(
        path: String, fields: [ParquetField], settings: ParquetSettings, metadata: [(key: String, value: String)]
    ) throws(ShardError) {
        try settings.check()
        self.path = path
        self.fields = fields
        let strings = CStrings()
        let described = fields.map { field in
            CArrowField(
                name: strings.copy(field.name), type: field.kind.rawValue, nullable: field.isNullable ? 1 : 0,
                dictionary: field.hasDictionary ? 1 : 0, statistics: field.hasStatistics ? 1 : 0)
        }
        let pairs = metadata.map { CArrowPair(key: strings.copy($0.key), value: strings.copy($0.value)) }
        let createdBy = strings.copy(Self.createdBy)
        var message = ErrorText()
        let opened = pairs.withUnsafeBufferPointer { pairs in
            var options = CArrowOptions(
                zstd_level: Int32(settings.zstdLevel), created_by: createdBy, metadata: pairs.baseAddress, metadata_count: pairs.count)
            return message.fill { carrow_writer_open(path, described, described.count, &options, $0, $1) }
        }
        withExtendedLifetime(strings) {}
        guard let opened else { throw .parquet(path: path, reason: message.text) }
        handle = opened
    }

    deinit { carrow_writer_free(handle) }

    /// Writes the rows as one row group. Every column must have as many rows as the first, and no nulls where none are allowed.
    func write(_ rows: ParquetRows) throws(ShardError) {
        guard !isFinished else { throw .parquet(path: path, reason: "is finished and takes no more rows") }
        for (field, column) in zip(fields, rows.columns) {
            guard column.rows == rows.rows else {
                throw .parquet(path: path, reason: "column \(field.name) has \(column.rows) rows, the first one \(rows.rows)")
            }
            guard field.isNullable || column.nullCount == 0 else {
                throw .parquet(path: path, reason: "column \(field.name) has nulls and is declared to have none")
            }
            guard column.kind != .string || column.values.count <= Int(Int32.max) else {
                throw .parquet(path: path, reason: "column \(field.name) has \(column.values.count) bytes in one row group; 2^31 - 1 fit")
            }
        }
        var message = ErrorText()
        let status = ColumnLoan.lend(rows.columns) { columns in
            message.fill { carrow_writer_row_group(handle, Int64(rows.rows), columns, columns.count, $0, $1) }
        }
        guard status == 0 else { throw .parquet(path: path, reason: message.text) }
    }

    /// Adds a pair to the footer's metadata, after those given at the beginning.
    func addMetadata(_ key: String, _ value: String) throws(ShardError) {
        var message = ErrorText()
        guard message.fill({ carrow_writer_add_metadata(handle, key, value, $0, $1) }) == 0 else {
            throw .parquet(path: path, reason: message.text)
        }
    }

    /// Writes the footer and waits for the disk.
    func finish() throws(ShardError) {
        guard !isFinished else { return }
        isFinished = true
        var message = ErrorText()
        guard message.fill({ carrow_writer_finish(handle, $0, $1) }) == 0 else { throw .parquet(path: path, reason: message.text) }
        try LocalFile(path, .writeOrCreate).synchronize()
    }
}
