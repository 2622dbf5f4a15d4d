/// Makes a full shard visible. Every step may be repeated after a crash at any point of it, with the same result.
struct TokenShardPublisher {
    enum Step: Int, CaseIterable, Sendable { case syncData, writeIndex, renameData, renameIndex, syncFolder, digest, manifest, cleanUp }

    let folder: LocalFolder
    let names: TokenShardNames
    /// Called before each step; tests throw from it to stand for a killed process.
    var beforeStep: (Step) throws(ShardError) -> Void = { (_) throws(ShardError) in }

    private var settings: TokenShardSettings { names.settings }

    func publish(_ shard: ShardExtent, in manifest: inout TokenShardManifest) throws(ShardError) {
        if isRecorded(shard, in: manifest) {
            try cleanUp(shard)
            return
        }
        let index = MegatronIndex(type: settings.tokenType, sequences: shard.documents)
        let dataIsPublished = try folder.size(names.data(shard.number)) != nil
        if !dataIsPublished { try syncData(shard) }
        if settings.format.hasIndex, try folder.size(names.index(shard.number)) == nil {
            try beforeStep(.writeIndex)
            try index.write(
                to: folder.file(names.indexPartial(shard.number)),
                lengths: folder.file(names.lengthsPartial(shard.number)), expectedBytes: shard.bytes)
        }
        if !dataIsPublished {
            try beforeStep(.renameData)
            try folder.rename(names.dataPartial(shard.number), to: names.data(shard.number))
        }
        if settings.format.hasIndex, try folder.size(names.index(shard.number)) == nil {
            try beforeStep(.renameIndex)
            try folder.rename(names.indexPartial(shard.number), to: names.index(shard.number))
        }
        try beforeStep(.syncFolder)
        try folder.synchronize()
        try beforeStep(.digest)
        manifest.insert(try describe(shard, indexBytes: index.fileBytes))
        try beforeStep(.manifest)
        try folder.replace(names.manifest, with: jsonBytes(manifest, readable: true))
        try cleanUp(shard)
    }

    /// Whether the manifest already names exactly this shard.
    private func isRecorded(_ shard: ShardExtent, in manifest: TokenShardManifest) -> Bool {
        manifest.shards.contains { entry in
            entry.number == shard.number && entry.tokens == shard.tokens && entry.documents == shard.documents
                && entry.files.first?.bytes == shard.bytes && entry.lastOrder == shard.lastOrder
        }
    }

    private func syncData(_ shard: ShardExtent) throws(ShardError) {
        try beforeStep(.syncData)
        let data = try LocalFile(folder.file(names.dataPartial(shard.number)), .writeOrCreate)
        try data.cut(to: shard.bytes)
        try data.synchronize()
    }

    private func describe(_ shard: ShardExtent, indexBytes: Int) throws(ShardError) -> TokenShardManifest.Shard {
        var expected = [(names.data(shard.number), shard.bytes)]
        if settings.format.hasIndex { expected.append((names.index(shard.number), indexBytes)) }
        var files: [TokenShardManifest.File] = []
        for (name, bytes) in expected {
            let found = try folder.size(name) ?? 0
            guard found == bytes else {
                throw .folderDisagrees(
                    path: folder.file(name), reason: "has \(found) bytes and should have \(bytes); build this output again")
            }
            files.append(.init(name: name, bytes: bytes, sha256: try fileDigest(folder.file(name))))
        }
        return .init(
            number: shard.number, documents: shard.documents, tokens: shard.tokens, firstOrder: shard.firstOrder,
            lastOrder: shard.lastOrder, files: files)
    }

    private func cleanUp(_ shard: ShardExtent) throws(ShardError) {
        try beforeStep(.cleanUp)
        try folder.remove(names.lengthsPartial(shard.number))
    }
}
