/// Brings a folder back to what the last commit says: cuts, removes, and refuses where files contradict the state.
struct TokenShardRecovery {
    let folder: LocalFolder
    let names: TokenShardNames

    func restore(open: ShardExtent, sealed: [ShardExtent], isNew: Bool) throws(ShardError) {
        let waiting = Set(sealed.map(\.number))
        for name in try folder.names() {
            guard let (number, suffix) = names.parse(name) else { continue }
            if suffix.hasSuffix(".partial") {
                // Begun after the commit, or left over by a publication that a later commit already knew of. An index begun is made again.
                if (number != open.number && !waiting.contains(number)) || suffix == ".idx.partial" { try folder.remove(name) }
            } else if number >= open.number {
                throw .folderDisagrees(
                    path: folder.file(name),
                    reason: isNew
                        ? "is there already, from a run whose state is not known; choose an empty folder"
                        : "was published after the committed state; this state is older than the folder")
            }
        }
        try folder.remove(names.manifest + ".partial")
        for shard in sealed where try folder.size(names.data(shard.number)) == nil {
            try cut(names.dataPartial(shard.number), to: shard.bytes)
        }
        for shard in sealed where names.settings.format.hasIndex {
            if try folder.size(names.index(shard.number)) == nil {
                try cut(names.lengthsPartial(shard.number), to: 4 * shard.documents)
            }
        }
        try cut(names.dataPartial(open.number), to: open.bytes)
        if names.settings.format.hasIndex { try cut(names.lengthsPartial(open.number), to: 4 * open.documents) }
    }

    /// A file that should be empty may be missing.
    private func cut(_ name: String, to length: Int) throws(ShardError) {
        let found = try folder.size(name)
        if found == nil && length == 0 { return }
        guard let found, found >= length else {
            throw .fileLostBytes(path: folder.file(name), expected: length, found: found ?? 0)
        }
        if length == 0 { try folder.remove(name) } else { try LocalFile(folder.file(name), .writeOrCreate).cut(to: length) }
    }
}
