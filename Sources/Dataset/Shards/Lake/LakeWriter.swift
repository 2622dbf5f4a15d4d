/// Writes documents into a lake of Parquet files, one folder per language, exactly once by reading again.
///
/// The owner appends rows in order; a file that is full is *sealed*: whole, on the disk, under a temporary name. Its commit records
/// ``state`` together with input offsets that go no further than ``firstUnsealedOrderKey``; after the commit it calls
/// ``publish(_:)`` for each of ``unpublished``. After a kill it begins with the committed state and feeds the rows from the committed
/// offset on: those that are in sealed files are passed over. The same rows in the same order give the same files, wherever
/// commits and kills were.
///
/// Not thread safe: one owner. Memory: `settings.memoryBytes`, one row group, and what Arrow needs to compress it. After an error from
/// the disk the writer takes no more work: begin again with the committed state.
public final class LakeWriter {
    public enum Taken: Sendable { case buffered, alreadySealed }

    /// One row may not be larger: Arrow's places in a text column have 31 bits.
    public static let rowByteLimit = 1 << 30
    /// What a row without a language gets, in its column as in its partition's name (ISO 639-2).
    public static let undetermined = "und"
    /// Languages become folder names.
    public static let languageByteLimit = 60

    public let settings: LakeSettings
    public private(set) var manifest: LakeManifest
    /// Sealed files that wait for the commit that tells of them, and then for ``publish(_:)``, in the order of sealing.
    public private(set) var unpublished: [LakeFile]

    private let folder: LocalFolder
    private let schema: LakeSchema
    private var partitions: [String: LakePartition] = [:]
    private var lastSealed: [String: OrderKey] = [:]
    private var memoryBytes = 0
    private var isBroken = false
    /// For tests: stands for a kill inside publication.
    var beforePublishStep: (LakePublisher.Step) throws(ShardError) -> Void = { (_) throws(ShardError) in }

    /// Begins in `folder`, or goes on from `state`; what a killed run left unfinished is removed.
    public init(folder path: String, settings: LakeSettings, resuming state: LakeState?) throws(ShardError) {
        try settings.check()
        self.settings = settings
        schema = try LakeSchema(signals: settings.signals)
        folder = try LocalFolder(creating: path)
        if let state, state.signals != settings.signals {
            throw .folderDisagrees(path: path, reason: "the committed state has other signals; use those, or begin another lake")
        }
        manifest = try LakeManifest.read(folder: path) ?? LakeManifest(signals: settings.signals, metadata: settings.metadata)
        guard manifest.signals == settings.signals else {
            throw .folderDisagrees(path: path, reason: "holds a lake with other signals; choose another folder")
        }
        unpublished = state?.sealed ?? []
        try LakeRecovery(folder: folder).restore(state)
        for known in state?.partitions ?? [] {
            lastSealed[known.language] = known.lastSealed
            partitions[known.language] = makePartition(known.language, number: known.nextFile, lastSealed: known.lastSealed)
        }
    }

    /// Adds one row. Keys rise within each language; a row that is in a sealed file already is passed over.
    @discardableResult
    public func append(_ row: LakeRow, order: OrderKey) throws(ShardError) -> Taken {
        try checkUsable()
        let language = row.language.isEmpty ? Self.undetermined : row.language
        guard language.utf8.count <= Self.languageByteLimit else {
            throw .badSetting(name: "document \(row.id)", reason: "its language has \(language.utf8.count) bytes; a code has at most \(Self.languageByteLimit)")
        }
        if let sealed = lastSealed[language], order <= sealed { return .alreadySealed }
        let partition = partitions[language] ?? makePartition(language, number: 0, lastSealed: nil)
        partitions[language] = partition
        if let last = partition.lastOrder, order <= last {
            throw .outOfOrder(partition: language, previous: last, given: order)
        }
        let bytes = schema.bytes(of: row)
        guard bytes <= Self.rowByteLimit else {
            throw .badSetting(name: "document \(row.id)", reason: "\(bytes) bytes are more than the \(Self.rowByteLimit) of a row")
        }
        guard row.signals.count == settings.signals.count else {
            throw .badSetting(name: "signals", reason: "document \(row.id) has \(row.signals.count) and the lake \(settings.signals.count)")
        }
        isBroken = true
        memoryBytes -= partition.memoryBytes
        var named = row
        named.language = language
        let isFull = try partition.append(named, order: order, bytes: bytes)
        if isFull { try seal(partition) }
        memoryBytes += partition.memoryBytes
        try spillOverflow()
        isBroken = false
        return .buffered
    }

    /// Seals what is begun in every partition: at the end of the input.
    public func finish() throws(ShardError) {
        try checkUsable()
        isBroken = true
        for partition in inOrder where partition.firstUnsealed != nil {
            memoryBytes -= partition.memoryBytes
            try seal(partition)
        }
        isBroken = false
    }

    /// Seals one language's file before it is full: for a language so rare that its first row would hold the input back for ever.
    public func seal(language: String) throws(ShardError) {
        try checkUsable()
        guard let partition = partitions[language], partition.firstUnsealed != nil else { return }
        isBroken = true
        memoryBytes -= partition.memoryBytes
        try seal(partition)
        memoryBytes += partition.memoryBytes
        isBroken = false
    }

    /// What the commit must record.
    public var state: LakeState {
        LakeState(
            signals: settings.signals,
            partitions: inOrder.compactMap { partition in
                lastSealed[partition.language].map {
                    .init(language: partition.language, nextFile: partition.number, lastSealed: $0)
                }
            }, sealed: unpublished)
    }

    /// The first row of each partition that is in no sealed file, for those that have one.
    public var firstUnsealedOrderKeys: [String: OrderKey] { partitions.compactMapValues(\.firstUnsealed) }

    /// The first row of all that is in no sealed file: the commit's input offsets go no further. Nil: everything appended is sealed.
    public var firstUnsealedOrderKey: OrderKey? { partitions.values.compactMap(\.firstUnsealed).min() }

    /// Makes a sealed file visible, after the commit that tells of it. Repeating it does nothing more.
    public func publish(_ file: LakeFile) throws(ShardError) {
        try checkUsable()
        guard unpublished.contains(file) else {
            if manifest.files.contains(where: { $0.facts == file }) { return }
            throw .folderDisagrees(path: folder.file(LakeNames.path(file.language, file.number)), reason: "is not sealed and cannot be published")
        }
        isBroken = true
        var publisher = LakePublisher(folder: folder)
        publisher.beforeStep = beforePublishStep
        try publisher.publish(file, in: &manifest)
        isBroken = false
        unpublished.removeAll { $0 == file }
    }

    private var inOrder: [LakePartition] { partitions.values.sorted { $0.language < $1.language } }

    private func makePartition(_ language: String, number: Int, lastSealed: OrderKey?) -> LakePartition {
        LakePartition(
            language: language, number: number, lastSealed: lastSealed, folder: folder, schema: schema, settings: settings)
    }

    private func seal(_ partition: LakePartition) throws(ShardError) {
        let file = try partition.seal()
        try LocalFolder(creating: folder.file(LakeNames.temporary)).synchronize()
        lastSealed[file.language] = file.lastOrder
        unpublished.append(file)
    }

    /// Spills the partition with the most rows in memory until the limit holds.
    private func spillOverflow() throws(ShardError) {
        while memoryBytes > settings.memoryBytes {
            guard let largest = inOrder.max(by: { $0.memoryBytes < $1.memoryBytes }), largest.memoryBytes > 0 else { return }
            memoryBytes -= largest.memoryBytes
            try largest.spill()
        }
    }

    private func checkUsable() throws(ShardError) {
        if isBroken { throw .writerFailedBefore(path: folder.path) }
    }
}
