/// One file of the lake: written whole and on the disk, whether readers see it yet or not.
public struct LakeFile: Codable, Hashable, Sendable {
    public let language: String
    /// From 0 in each partition.
    public let number: Int
    public let rows: Int
    public let bytes: Int
    public let sha256: String
    public let firstOrder: OrderKey
    public let lastOrder: OrderKey
}

/// Where files of the lake are: `lang=en/part-00000.parquet`, and before that under `_temporary`, which readers pass over as they
/// do every name that begins with `_`.
enum LakeNames {
    /// Not `language`: readers that make a column of the folder's name (pandas, pyarrow, Spark) would have that column twice, and pyarrow
    /// refuses it, because it makes a dictionary of the one and finds a string in the files.
    static let partitionKey = "lang"
    static let temporary = "_temporary"
    static let manifest = "_manifest.json"

    static func folder(_ language: String) -> String { partitionKey + "=" + escaped(language) }
    static func file(_ number: Int) -> String { "part-" + fiveDigits(number) + ".parquet" }
    static func path(_ language: String, _ number: Int) -> String { folder(language) + "/" + file(number) }
    static func sealed(_ language: String, _ number: Int) -> String { temporary + "/" + folder(language) + "." + file(number) }
    static func building(_ language: String, _ number: Int) -> String { sealed(language, number) + ".partial" }
    static func spill(_ language: String, _ number: Int) -> String { sealed(language, number) + ".spill" }

    /// Hive's way: what is neither letter, digit, `-` nor `_` becomes `%` and two hexadecimal digits.
    private static func escaped(_ language: String) -> String {
        var text = ""
        for byte in language.utf8 {
            let scalar = UnicodeScalar(byte)
            let isPlain = isSafeName(String(scalar)) || byte == UInt8(ascii: "-")
            text += isPlain ? String(Character(scalar)) : "%" + hexadecimal([byte])
        }
        return text
    }
}
