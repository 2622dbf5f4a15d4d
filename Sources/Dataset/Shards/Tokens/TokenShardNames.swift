/// The file names of shards: `NAME-00003.bin`, and what precedes it under a temporary name.
struct TokenShardNames {
    let settings: TokenShardSettings

    func data(_ number: Int) -> String { stem(number) + "." + settings.format.dataExtension }
    func index(_ number: Int) -> String { stem(number) + ".idx" }
    func dataPartial(_ number: Int) -> String { data(number) + ".partial" }
    func indexPartial(_ number: Int) -> String { index(number) + ".partial" }
    func lengthsPartial(_ number: Int) -> String { stem(number) + ".lengths.partial" }
    var manifest: String { settings.name + ".manifest.json" }

    func stem(_ number: Int) -> String { settings.name + "-" + fiveDigits(number) }

    /// The shard number and the rest after it, if the file name is one of this writer's.
    func parse(_ name: String) -> (number: Int, suffix: Substring)? {
        let prefix = settings.name + "-"
        guard name.hasPrefix(prefix) else { return nil }
        let rest = name.dropFirst(prefix.count)
        guard let dot = rest.firstIndex(of: "."), let number = Int(rest[..<dot]), number >= 0,
            fiveDigits(number) == rest[..<dot]
        else { return nil }
        return (number, rest[dot...])
    }
}
