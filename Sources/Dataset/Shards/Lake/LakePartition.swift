/// One language's file in the making: rows in memory, rows spilled, row groups written.
///
/// Where row groups and files end depends on this partition's own rows alone, never on memory or on other partitions: so a run that was
/// killed and one that was not cut them alike.
final class LakePartition {
    let language: String
    private(set) var number: Int
    /// Of the last row ever taken or known to be sealed.
    private(set) var lastOrder: OrderKey?
    private(set) var firstUnsealed: OrderKey?
    /// Estimated bytes of the rows in memory.
    private(set) var memoryBytes = 0

    private let folder: LocalFolder
    private let schema: LakeSchema
    private let settings: LakeSettings
    private var rows: ParquetRows
    private var group = Extent()
    private var file = Extent()
    private var spilledBytes = 0
    private var writer: ParquetFileWriter?

    struct Extent { var rows = 0, bytes = 0 }

    init(language: String, number: Int, lastSealed: OrderKey?, folder: LocalFolder, schema: LakeSchema, settings: LakeSettings) {
        self.language = language
        self.number = number
        lastOrder = lastSealed
        self.folder = folder
        self.schema = schema
        self.settings = settings
        rows = ParquetRows(schema.fields)
    }

    /// Adds a row; true when the file is now full.
    func append(_ row: LakeRow, order: OrderKey, bytes: Int) throws(ShardError) -> Bool {
        try schema.append(row, to: &rows)
        firstUnsealed = firstUnsealed ?? order
        lastOrder = order
        memoryBytes += bytes
        group.rows += 1
        group.bytes += bytes
        file.rows += 1
        file.bytes += bytes
        if group.bytes >= settings.parquet.rowGroupBytes || group.rows >= settings.parquet.rowGroupRows { try writeRowGroup() }
        return file.rows >= settings.rowsPerFile || file.bytes >= settings.bytesPerFile
    }

    /// Moves the rows in memory to the spill file.
    func spill() throws(ShardError) {
        guard rows.rows > 0 else { return }
        let bytes = rows.columns.flatMap(\.spilled)
        try LocalFile(spillPath, .writeOrCreate).write(bytes, at: spilledBytes)
        spilledBytes += bytes.count
        forgetRows()
    }

    /// Writes the rest and the footer, waits for the disk, and gives the file its sealed name.
    func seal() throws(ShardError) -> LakeFile {
        if group.rows > 0 { try writeRowGroup() }
        guard let writer, let first = firstUnsealed, let last = lastOrder else {
            throw .folderDisagrees(path: folder.file(LakeNames.building(language, number)), reason: "has no rows and cannot be sealed")
        }
        try writer.addMetadata("leat.order.first", first.description)
        try writer.addMetadata("leat.order.last", last.description)
        try writer.finish()
        self.writer = nil
        let name = LakeNames.sealed(language, number)
        try folder.rename(LakeNames.building(language, number), to: name)
        try folder.remove(LakeNames.spill(language, number))
        let sealed = LakeFile(
            language: language, number: number, rows: file.rows, bytes: try folder.size(name) ?? 0,
            sha256: try fileDigest(folder.file(name)), firstOrder: first, lastOrder: last)
        number += 1
        firstUnsealed = nil
        file = Extent()
        return sealed
    }

    private func writeRowGroup() throws(ShardError) {
        let writer: ParquetFileWriter
        if let begun = self.writer { writer = begun } else { writer = try begin() }
        self.writer = writer
        if spilledBytes > 0 {
            var whole = try unspilled()
            whole.append(contentsOf: rows)
            try writer.write(whole)
        } else {
            try writer.write(rows)
        }
        forgetRows()
        group = Extent()
    }

    private func begin() throws(ShardError) -> ParquetFileWriter {
        try ParquetFileWriter(
            path: folder.file(LakeNames.building(language, number)), fields: schema.fields, settings: settings.parquet,
            metadata: settings.metadata.sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value) })
    }

    private func unspilled() throws(ShardError) -> ParquetRows {
        let file = try LocalFile(spillPath, .read)
        let bytes = try file.read(at: 0, limit: spilledBytes)
        var whole = ParquetRows(schema.fields)
        var position = 0
        while position < spilledBytes {
            for place in schema.fields.indices {
                guard let column = ParquetColumn(schema.fields[place].kind, spilled: bytes, at: &position) else {
                    throw .fileLostBytes(path: spillPath, expected: spilledBytes, found: bytes.count)
                }
                whole.columns[place].append(contentsOf: column)
            }
        }
        spilledBytes = 0
        return whole
    }

    private func forgetRows() {
        rows = ParquetRows(schema.fields)
        memoryBytes = 0
    }

    private var spillPath: String { folder.file(LakeNames.spill(language, number)) }
}
