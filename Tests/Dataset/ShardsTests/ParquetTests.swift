import Testing

@testable import Shards

/// What goes into a Parquet file comes out of it, and the same rows make the same bytes.
@Suite struct ParquetTests {
    private let fields: [ParquetField] = [
        .init("id", .string), .init("text", .string, isNullable: true, hasStatistics: false),
        .init("site", .string, isNullable: true, hasDictionary: true), .init("count", .int64, isNullable: true),
        .init("rules.mean", .double, isNullable: true), .init("kept", .bool, isNullable: true),
    ]

    private struct Row: Equatable {
        var id = "", text: String?, site: String?, count: Int64?, mean: Double?, kept: Bool?
    }

    private func write(_ groups: [[Row]], to path: String, level: Int = 3) throws {
        let writer = try ParquetFileWriter(
            path: path, fields: fields, settings: ParquetSettings(zstdLevel: level), metadata: [("build", "1.0"), ("pipeline", "äbc")])
        for group in groups {
            var rows = ParquetRows(fields)
            for row in group {
                rows.columns[0].append(row.id)
                rows.columns[1].append(row.text)
                rows.columns[2].append(row.site)
                rows.columns[3].append(row.count)
                rows.columns[4].append(row.mean)
                rows.columns[5].append(row.kept)
            }
            try writer.write(rows)
        }
        try writer.finish()
    }

    private func read(_ path: String) throws -> [[Row]] {
        let reader = try ParquetFileReader(path: path)
        return try (0..<reader.rowGroups).map { group in
            try (0..<reader.load(rowGroup: group)).map { row in
                Row(
                    id: reader.string(0, row) ?? "null", text: reader.string(1, row), site: reader.string(2, row),
                    count: reader.int64(3, row), mean: reader.double(4, row), kept: reader.bool(5, row))
            }
        }
    }

    private static let edges: [Row] = [
        Row(id: "empty", text: "", site: "", count: 0, mean: 0, kept: false),
        Row(id: "nulls"),
        Row(id: "ends", text: "\0 \u{10FFFF} \r\n", site: "例え.テスト", count: .min, mean: .infinity, kept: true),
        Row(id: "большой", text: String(repeating: "語x\n", count: 1_000_000), site: "a", count: .max, mean: -0.0, kept: nil),
        Row(id: "combining", text: "e\u{301} 👩‍👩‍👧‍👦 \u{FEFF}", site: nil, count: -1, mean: .leastNonzeroMagnitude, kept: true),
    ]

    @Test func everyValueComesBack() throws {
        let scratch = try Scratch()
        let groups = [Self.edges, [Row(id: "alone")], Array(Self.edges.reversed())]
        try write(groups, to: scratch.path + "/a.parquet")
        #expect(try read(scratch.path + "/a.parquet") == groups)
        let reader = try ParquetFileReader(path: scratch.path + "/a.parquet")
        #expect(reader.rows == 11 && reader.rowGroups == 3)
        #expect(reader.metadata("build") == "1.0" && reader.metadata("pipeline") == "äbc" && reader.metadata("none") == nil)
        #expect(reader.metadata("ARROW:schema") == nil)
        #expect(reader.column("rules.mean") == 4 && reader.column("none") == nil)
        #expect(try reader.load(rowGroup: 1) == 1)
        #expect(reader.string(3, 0) == nil && reader.string(0, 1) == nil && reader.string(99, 0) == nil)
        #expect(throws: ShardError.self) { try reader.load(rowGroup: 3) }
    }

    @Test func randomRowsComeBack() throws {
        let scratch = try Scratch()
        var random = SeededGenerator(3)
        for round in 0..<20 {
            let groups = (0..<Int.random(in: 1...4, using: &random)).map { _ in
                (0..<Int.random(in: 1...400, using: &random)).map { number in
                    Row(
                        id: "\(number)", text: Bool.random(using: &random) ? String(repeating: "é", count: Int.random(in: 0...50, using: &random)) : nil,
                        site: Int.random(in: 0...9, using: &random) == 0 ? nil : "s\(number % 5)",
                        count: Bool.random(using: &random) ? Int64(bitPattern: random.next()) : nil,
                        mean: Bool.random(using: &random) ? Double.random(in: -1...1, using: &random) : nil,
                        kept: [true, false, nil].randomElement(using: &random) ?? nil)
                }
            }
            let path = scratch.path + "/\(round).parquet"
            try write(groups, to: path)
            #expect(try read(path) == groups)
        }
    }

    @Test func sameRowsSameBytes() throws {
        let scratch = try Scratch()
        for name in ["a", "b"] { try write([Self.edges, Self.edges], to: scratch.path + "/\(name).parquet") }
        try write([Self.edges, Self.edges], to: scratch.path + "/c.parquet", level: 12)
        let files = try scratch.files()
        #expect(files["a.parquet"] == files["b.parquet"])
        #expect(files["a.parquet"] != files["c.parquet"])
    }

    @Test func columnsSurviveSpillingAtAnyRow() throws {
        for kind: ParquetField.Kind in [.string, .int64, .double, .bool] {
            for cut in 0..<20 {
                var (whole, first, second) = (ParquetColumn(kind), ParquetColumn(kind), ParquetColumn(kind))
                for row in 0..<20 {
                    fill(&whole, row)
                    if row < cut { fill(&first, row) } else { fill(&second, row) }
                }
                var position = 0
                var back = try #require(ParquetColumn(kind, spilled: first.spilled, at: &position))
                #expect(position == first.spilled.count)
                back.append(contentsOf: second)
                #expect(back.spilled == whole.spilled)
                position = 1
                #expect(ParquetColumn(kind, spilled: first.spilled, at: &position) == nil)
            }
        }
    }

    private func fill(_ column: inout ParquetColumn, _ row: Int) {
        switch column.kind {
        case .string: column.append(row % 3 == 0 ? nil : String(repeating: "x", count: row))
        case .int64: column.append(row % 3 == 0 ? nil : Int64(row))
        case .double: column.append(row % 3 == 0 ? nil : Double(row))
        case .bool: column.append(row % 3 == 0 ? nil : row % 2 == 0)
        }
    }

    @Test func whatCannotBeWrittenSaysWhy() throws {
        let scratch = try Scratch()
        #expect(throws: ShardError.self) { try write([], to: scratch.path + "/none/a.parquet") }
        #expect(throws: ShardError.self) { try write([], to: scratch.path + "/a.parquet", level: 99) }
        let writer = try ParquetFileWriter(path: scratch.path + "/b.parquet", fields: fields, settings: ParquetSettings(), metadata: [])
        var ragged = ParquetRows(fields)
        ragged.columns[0].append("x")
        #expect(throws: ShardError.self) { try writer.write(ragged) }
        var null = ParquetRows([.init("id", .string)])
        null.columns[0].append(String?.none)
        #expect(throws: ShardError.self) { try writer.write(null) }
        try LocalFile(scratch.path + "/c.parquet", .writeOrCreate).write(Array("PAR1 no such thing PAR1".utf8), at: 0)
        #expect(throws: ShardError.self) { try ParquetFileReader(path: scratch.path + "/c.parquet") }
    }
}
