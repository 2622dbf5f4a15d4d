/// The lake's columns: the fixed ones, then one nullable double for each measured signal, then the cluster and the lineage.
struct LakeSchema {
    static let columnLimit = 500

    let signals: [String]
    let fields: [ParquetField]

    init(signals: [String]) throws(ShardError) {
        self.signals = signals
        fields = Self.leading + signals.map { ParquetField($0, .double, isNullable: true) } + Self.trailing
        var seen: Set<String> = [LakeNames.partitionKey]
        for field in fields {
            guard !field.name.isEmpty, field.name.utf8.allSatisfy({ $0 >= 0x20 }) else {
                throw .badSetting(name: "signals", reason: "'\(field.name)' is no column name")
            }
            guard seen.insert(field.name.lowercased()).inserted else {
                throw .badSetting(name: "signals", reason: "two columns would be called \(field.name)")
            }
        }
        guard fields.count <= Self.columnLimit else {
            throw .badSetting(name: "signals", reason: "\(fields.count) columns are more than \(Self.columnLimit)")
        }
    }

    private static let leading: [ParquetField] = [
        .init("id", .string),
        .init("url", .string),
        .init("text", .string, hasStatistics: false),
        .init("language", .string, hasDictionary: true),
        .init("language_script", .string, isNullable: true, hasDictionary: true),
        .init("language_score", .double, isNullable: true),
        .init("date", .string, isNullable: true),
        .init("title", .string, isNullable: true),
        .init("author", .string, isNullable: true, hasDictionary: true),
        .init("site", .string, isNullable: true, hasDictionary: true),
        .init("dump", .string, isNullable: true, hasDictionary: true),
        .init("file_path", .string, isNullable: true, hasDictionary: true),
        .init("source_offset", .int64, isNullable: true),
        .init("source_digest", .string, isNullable: true),
        .init("token_count", .int64, isNullable: true),
    ]

    private static let trailing: [ParquetField] = [
        .init("cluster_id", .string, isNullable: true),
        .init("cluster_size", .int64, isNullable: true),
        .init("lineage", .string, hasDictionary: true),
    ]

    /// How much a row counts towards the limits of row groups, files and memory: its texts, and 9 bytes a column. An estimate, always the same.
    func bytes(of row: LakeRow) -> Int {
        let texts = row.id.utf8.count + row.url.utf8.count + row.text.utf8.count + row.language.utf8.count + row.lineage.utf8.count
        let optional = [
            row.languageScript, row.date, row.title, row.author, row.site, row.dump, row.filePath, row.sourceDigest, row.clusterID,
        ]
        return texts + optional.reduce(0) { $0 + ($1?.utf8.count ?? 0) } + 9 * fields.count
    }

    /// Adds the row to the columns, in the order of `fields`.
    func append(_ row: LakeRow, to rows: inout ParquetRows) throws(ShardError) {
        guard row.signals.count == signals.count else {
            throw .badSetting(name: "signals", reason: "document \(row.id) has \(row.signals.count) signals and the schema \(signals.count)")
        }
        let texts = [row.id, row.url, row.text, row.language]
        for (place, text) in texts.enumerated() { rows.columns[place].append(text) }
        rows.columns[4].append(row.languageScript)
        rows.columns[5].append(row.languageScore)
        let described = [row.date, row.title, row.author, row.site, row.dump, row.filePath]
        for (place, text) in described.enumerated() { rows.columns[6 + place].append(text) }
        rows.columns[12].append(row.sourceOffset)
        rows.columns[13].append(row.sourceDigest)
        rows.columns[14].append(row.tokenCount)
        for (place, signal) in row.signals.enumerated() { rows.columns[Self.leading.count + place].append(signal) }
        let next = Self.leading.count + signals.count
        rows.columns[next].append(row.clusterID)
        rows.columns[next + 1].append(row.clusterSize)
        rows.columns[next + 2].append(row.lineage)
    }
}
