import CArrow

/// Lends columns' memory to one C call, without a copy.
enum ColumnLoan {
    /// Calls `body` with one entry per column; the addresses in them are good for the length of the call.
    static func lend<Result>(_ columns: [ParquetColumn], _ body: ([CArrowColumn]) -> Result) -> Result {
        lend(columns[...], [], body)
    }

    // Unsafe corner: an array's address may be used only inside its closure, so one column's closure holds the next one's. The depth
    // is the number of columns, which the schema bounds (LakeSchema: at most 500).
    private static func lend<Result>(
        _ rest: ArraySlice<ParquetColumn>, _ lent: [CArrowColumn], _ body: ([CArrowColumn]) -> Result
    ) -> Result {
        guard let column = rest.first else { return body(lent) }
        return column.validity.withUnsafeBufferPointer { validity in
            column.offsets.withUnsafeBufferPointer { offsets in
                column.values.withUnsafeBytes { values in
                    let entry = CArrowColumn(
                        validity: column.nullCount == 0 ? nil : validity.baseAddress, null_count: Int64(column.nullCount),
                        offsets: offsets.baseAddress, values: values.baseAddress, value_bytes: Int64(values.count))
                    return lend(rest.dropFirst(), lent + [entry], body)
                }
            }
        }
    }
}

/// Room for the message of a C call that failed.
struct ErrorText {
    private var bytes = [CChar](repeating: 0, count: 1_024)

    mutating func fill<Result>(_ call: (UnsafeMutablePointer<CChar>?, Int) -> Result) -> Result {
        bytes.withUnsafeMutableBufferPointer { call($0.baseAddress, $0.count) }
    }

    var text: String { String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) }
}

/// C copies of strings, freed together. Unsafe corner: the pointers are good while this object lives.
final class CStrings {
    private var copies: [UnsafeMutablePointer<CChar>] = []

    func copy(_ text: String) -> UnsafePointer<CChar> {
        let source = text.utf8CString
        let copy = UnsafeMutablePointer<CChar>.allocate(capacity: source.count)
        for (place, byte) in source.enumerated() { copy[place] = byte }
        copies.append(copy)
        return UnsafePointer(copy)
    }

    deinit { for copy in copies { copy.deallocate() } }
}
