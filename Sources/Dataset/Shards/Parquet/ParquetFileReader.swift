import CArrow

/// Reads a Parquet file back, one row group in memory at a time. One thread at a time.
public final class ParquetFileReader {
    public let path: String
    public let rows: Int
    public let rowGroups: Int
    // Unsafe corner: the C++ reader, owned by this object alone from init to deinit.
    private let handle: OpaquePointer

    public init(path: String) throws(ShardError) {
        self.path = path
        var message = ErrorText()
        guard let opened = message.fill({ carrow_reader_open(path, $0, $1) }) else { throw .parquet(path: path, reason: message.text) }
        handle = opened
        rows = Int(carrow_reader_rows(opened))
        rowGroups = Int(carrow_reader_row_groups(opened))
    }

    deinit { carrow_reader_free(handle) }

    /// The footer's value under `key`.
    public func metadata(_ key: String) -> String? { carrow_reader_metadata(handle, key).map { String(cString: $0) } }

    /// The number of the column of that name.
    public func column(_ name: String) -> Int? {
        let place = Int(carrow_reader_column(handle, name))
        return place < 0 ? nil : place
    }

    /// Reads a row group in place of the one before, and returns how many rows it has.
    public func load(rowGroup: Int) throws(ShardError) -> Int {
        var message = ErrorText()
        let rows = message.fill { carrow_reader_load(handle, Int32(clamping: rowGroup), $0, $1) }
        guard rows >= 0 else { throw .parquet(path: path, reason: message.text) }
        return Int(rows)
    }

    /// The value in the loaded row group; nil for null, for no such row, and for a column of another type.
    public func string(_ column: Int, _ row: Int) -> String? {
        var bytes: UnsafePointer<UInt8>?
        var count: Int64 = 0
        guard carrow_reader_string(handle, Int32(clamping: column), Int64(row), &bytes, &count) == 1 else { return nil }
        return String(decoding: UnsafeBufferPointer(start: bytes, count: Int(count)), as: UTF8.self)
    }

    public func int64(_ column: Int, _ row: Int) -> Int64? {
        var value: Int64 = 0
        return carrow_reader_int64(handle, Int32(clamping: column), Int64(row), &value) == 1 ? value : nil
    }

    public func double(_ column: Int, _ row: Int) -> Double? {
        var value = 0.0
        return carrow_reader_double(handle, Int32(clamping: column), Int64(row), &value) == 1 ? value : nil
    }

    public func bool(_ column: Int, _ row: Int) -> Bool? {
        var value: Int32 = 0
        return carrow_reader_bool(handle, Int32(clamping: column), Int64(row), &value) == 1 ? value != 0 : nil
    }
}
