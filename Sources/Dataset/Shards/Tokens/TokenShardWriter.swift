/// Writes documents' token ids into shards, so that a process may be killed at any moment and nothing is lost, doubled or half visible.
///
/// The owner's commit records ``TokenShardState``: call ``append(_:order:id:source:)`` for each document, ``flush(durably:)`` before the
/// commit, record its result in the commit, and after the commit ``publish(_:)`` each of ``unpublished``. After a kill, begin
/// with the state of the last commit: partial files are cut back to exactly what it says. The same documents in the same order give
/// the same bytes, wherever the commits and the kills were.
///
/// Not thread safe: one owner at a time. Memory: the flush buffer (1 MiB) and one document. Errors are ``ShardError``; after one that comes
/// from the disk, the writer takes no more work (a failed fsync is never tried again): resume from the last committed state.
public final class TokenShardWriter {
    public let settings: TokenShardSettings
    /// What is published so far, as the manifest in the folder says it.
    public private(set) var manifest: TokenShardManifest
    /// Full shards that wait for the commit that tells of them, and then for ``publish(_:)``, in order.
    public private(set) var unpublished: [ShardExtent]

    private let folder: LocalFolder
    private let names: TokenShardNames
    private let encoder: TokenShardEncoder
    private var open: ShardExtent
    private var buffers = TokenShardBuffers()
    /// Shards with bytes that were written since the last durable flush.
    private var unsynced: Set<Int> = []
    private var isBroken = false
    /// For tests: stands for a kill inside publication.
    var beforePublishStep: (TokenShardPublisher.Step) throws(ShardError) -> Void = { (_) throws(ShardError) in }

    /// Begins in `folder`, or goes on from `state`: the partial files are cut to it and what was begun after it is removed.
    public init(folder path: String, settings: TokenShardSettings, resuming state: TokenShardState?) throws(ShardError) {
        try settings.check()
        self.settings = settings
        folder = try LocalFolder(creating: path)
        names = TokenShardNames(settings: settings)
        encoder = TokenShardEncoder(settings)
        if let state, state.settings != settings {
            throw .folderDisagrees(path: path, reason: "the committed state was made with other settings; use those, or begin another output")
        }
        open = state?.open ?? ShardExtent(number: 0)
        unpublished = state?.sealed ?? []
        let found = try TokenShardManifest.read(folder: path, name: settings.name)
        if let found, found.settings != settings {
            throw .folderDisagrees(path: folder.file(names.manifest), reason: "was made with other settings; choose another folder or name")
        }
        manifest = found ?? TokenShardManifest(settings: settings)
        try TokenShardRecovery(folder: folder, names: names).restore(open: open, sealed: unpublished, isNew: state == nil)
    }

    /// Adds one document whole, and closes the shard if that filled it. Keys must rise.
    public func append(
        _ tokens: Span<UInt32>, order: OrderKey, id: String, source: String = ""
    ) throws(ShardError) {
        try checkUsable()
        if let last = open.lastOrder ?? unpublished.last?.lastOrder ?? manifest.shards.last?.lastOrder, order <= last {
            throw .outOfOrder(partition: settings.name, previous: last, given: order)
        }
        let before = buffers.data.count
        let count = try encoder.append(tokens, id: id, source: source, to: &buffers.data)
        if settings.format.hasIndex { appendLittleEndian(UInt32(count), to: &buffers.lengths) }
        open.bytes += buffers.data.count - before
        open.documents += 1
        open.tokens += count
        open.firstOrder = open.firstOrder ?? order
        open.lastOrder = order
        if buffers.data.count >= TokenShardBuffers.limitBytes { try writeOut() }
        if open.tokens >= settings.tokensPerShard { try seal() }
    }

    public func append(_ tokens: [UInt32], order: OrderKey, id: String, source: String = "") throws(ShardError) {
        try append(tokens.span, order: order, id: id, source: source)
    }

    /// Hands everything to the system and, if `durably`, to the disk, and says where the writer stands: what the commit must record.
    public func flush(durably: Bool) throws(ShardError) -> TokenShardState {
        try checkUsable()
        try writeOut()
        if durably { try synchronize() }
        return TokenShardState(settings: settings, open: open, sealed: unpublished)
    }

    /// Closes the open shard before it is full: at the end of the input. A shard without a token is not made
    /// (readers cannot map an empty file).
    public func finish() throws(ShardError) {
        try checkUsable()
        if open.tokens > 0 { try seal() }
    }

    /// Makes a full shard visible, after the commit that tells of it: index, fsync, rename, manifest. Repeating it does nothing more.
    public func publish(_ shard: ShardExtent) throws(ShardError) {
        try checkUsable()
        guard unpublished.contains(shard) else {
            if manifest.shards.contains(where: { $0.number == shard.number }) { return }
            throw .folderDisagrees(path: folder.file(names.data(shard.number)), reason: "is not full yet and cannot be published")
        }
        isBroken = true
        var publisher = TokenShardPublisher(folder: folder, names: names)
        publisher.beforeStep = beforePublishStep
        try publisher.publish(shard, in: &manifest)
        isBroken = false
        unpublished.removeAll { $0 == shard }
        unsynced.remove(shard.number)
    }

    private func seal() throws(ShardError) {
        try writeOut()
        unpublished.append(open)
        open = ShardExtent(number: open.number + 1)
    }

    private func writeOut() throws(ShardError) {
        guard !buffers.data.isEmpty || !buffers.lengths.isEmpty else { return }
        isBroken = true
        try buffers.write(open, folder: folder, names: names)
        unsynced.insert(open.number)
        isBroken = false
    }

    private func synchronize() throws(ShardError) {
        isBroken = true
        for number in unsynced.sorted() {
            try LocalFile(folder.file(names.dataPartial(number)), .writeOrCreate).synchronize()
            if settings.format.hasIndex {
                try LocalFile(folder.file(names.lengthsPartial(number)), .writeOrCreate).synchronize()
            }
        }
        if !unsynced.isEmpty { try folder.synchronize() }
        unsynced.removeAll()
        isBroken = false
    }

    private func checkUsable() throws(ShardError) {
        if isBroken { throw .writerFailedBefore(path: folder.file(settings.name)) }
    }
}
