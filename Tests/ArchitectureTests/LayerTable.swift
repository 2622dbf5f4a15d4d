/// Who may import what: the table of the architecture. A new target is added here, and a reader sees what it may touch.
enum LayerTable {
    /// In `Engine/`: what a target may import directly. It may also import what those may, and C targets of its own.
    static let engine: [String: [String]] = [
        "SystemIO": [],
        "Records": [],
        "LogStorage": ["SystemIO", "Records", "ObjectStore"],
        "Coordination": ["Records"],
        "Broker": ["LogStorage", "Coordination"],
        "KafkaWire": ["Records"],
        "AccessControl": ["SystemIO"],
        "KafkaServer": ["Broker", "KafkaWire", "AccessControl"],
        "LogClient": ["Broker", "Records", "AccessControl"],
        "StateStore": ["SystemIO"],
        "Streams": ["LogClient", "StateStore"],
        "ObjectStore": ["SystemIO"],
    ]

    /// In `Dataset/`: besides these, a target imports another of `Dataset/` only where Package.swift names it with a reason.
    static let dataset: Set<String> = [
        "Documents", "WebArchive", "Crawling", "Extraction", "Filtering", "Deduplication", "Classification", "Scrubbing", "Synthesis",
        "Mixing", "Tokenization", "Shards",
    ]
    static let datasetMayImport: Set<String> = ["Documents", "ObjectStore"]

    /// Directly in `Sources/`. Nothing imports `leat`.
    static let top: Set<String> = ["Pipeline", "Console", "leat"]

    /// Modules that only some targets may see, by the beginning of their names.
    static let reserved: [(prefix: String, targets: Set<String>)] = [
        ("NIO", ["KafkaServer", "Console"]),
        ("Hummingbird", ["Console"]),
        ("CCurl", ["Crawling", "ObjectStore", "Synthesis"]),
        ("ArgumentParser", ["leat"]),
        ("CRocksDB", ["StateStore"]),
        ("CRdkafka", ["LogClient"]),
    ]

    /// What comes with the language and needs no declaration.
    static let alwaysThere: Set<String> = ["Swift", "Synchronization", "Glibc", "Musl", "Darwin", "Dispatch", "Testing", "_Concurrency"]

    /// What an engine target may import: its row of the table, and the rows of what stands there.
    static func engineClosure(_ target: String) -> Set<String> {
        var reached: Set<String> = []
        var open = engine[target] ?? []
        while let next = open.popLast() {
            if reached.insert(next).inserted { open += engine[next] ?? [] }
        }
        return reached
    }
}
