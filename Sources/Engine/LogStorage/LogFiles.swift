import SystemIO

/// Names of the files in a partition's folder (the layout is Kafka's).
struct LogFiles: Sendable {
    let folder: String

    /// `<base offset, 20 digits>.<kind>`.
    func path(_ offset: Int64, _ kind: Kind) -> String {
        FilePath.join(folder, Self.digits(offset) + "." + kind.rawValue)
    }

    /// An offset as it is in a name: 20 digits.
    static func digits(_ offset: Int64) -> String {
        let digits = String(offset)
        return String(repeating: "0", count: max(0, 20 - digits.count)) + digits
    }

    var leaderEpochs: String { FilePath.join(folder, "leader-epoch-checkpoint") }
    var recoveryPoint: String { FilePath.join(folder, "recovery-point") }
    var cleanShutdown: String { FilePath.join(folder, "clean-shutdown") }
    var cleanerCheckpoint: String { FilePath.join(folder, "cleaner-checkpoint") }
    var logStartOffset: String { FilePath.join(folder, "log-start-offset") }

    enum Kind: String {
        case log
        case offsetIndex = "index"
        case timeIndex = "timeindex"
        case transactionIndex = "txnindex"
        case snapshot

        /// The files that belong to one segment.
        static let ofSegment: [Kind] = [.log, .offsetIndex, .timeIndex, .transactionIndex]
    }

    /// The offset in a file's name; `nil` for files of another kind.
    static func offset(ofName name: String, _ kind: Kind) -> Int64? {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1] == kind.rawValue, parts[0].utf8.count == 20,
            parts[0].utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return Int64(parts[0])
    }

    /// The offsets of all files of one kind, in order.
    func offsets(_ kind: Kind, fileSystem: any FileSystem) throws -> [Int64] {
        try fileSystem.list(folder).compactMap { Self.offset(ofName: $0, kind) }.sorted()
    }
}
