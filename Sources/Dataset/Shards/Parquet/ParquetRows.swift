/// Rows that wait to become one row group, column by column.
struct ParquetRows {
    let fields: [ParquetField]
    var columns: [ParquetColumn]

    init(_ fields: [ParquetField]) {
        self.fields = fields
        columns = fields.map { ParquetColumn($0.kind) }
    }

    var rows: Int { columns.first?.rows ?? 0 }

    /// Puts later rows of the same fields after these.
    mutating func append(contentsOf later: ParquetRows) {
        for place in columns.indices { columns[place].append(contentsOf: later.columns[place]) }
    }
}
