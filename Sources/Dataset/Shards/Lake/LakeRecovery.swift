/// Brings a lake's folder back to what the last commit says: removes what was not committed, refuses where files contradict the state.
struct LakeRecovery {
    let folder: LocalFolder

    func restore(_ state: LakeState?) throws(ShardError) {
        try folder.remove(LakeNames.manifest + ".partial")
        let sealed = state?.sealed ?? []
        let waiting = Set(sealed.map { LakeNames.sealed($0.language, $0.number) })
        let temporary = try LocalFolder(creating: folder.file(LakeNames.temporary))
        for name in try temporary.names() where !waiting.contains(LakeNames.temporary + "/" + name) { try temporary.remove(name) }
        for file in sealed {
            var found = try folder.size(LakeNames.sealed(file.language, file.number))
            if found == nil { found = try folder.size(LakeNames.path(file.language, file.number)) }
            guard found == file.bytes else {
                throw .fileLostBytes(
                    path: folder.file(LakeNames.path(file.language, file.number)), expected: file.bytes, found: found ?? 0)
            }
        }
        try refuseUnknown(state)
    }

    /// A file is published only after the commit that names it: one beyond the state belongs to a later state, or to another run.
    private func refuseUnknown(_ state: LakeState?) throws(ShardError) {
        var known: Set<String> = []
        for partition in state?.partitions ?? [] {
            for number in 0..<partition.nextFile { known.insert(LakeNames.path(partition.language, number)) }
        }
        for name in try folder.names() where name.hasPrefix(LakeNames.partitionKey + "=") && folder.isFolder(name) {
            for file in try LocalFolder(creating: folder.file(name)).names()
            where file.hasSuffix(".parquet") && !known.contains(name + "/" + file) {
                throw .folderDisagrees(
                    path: folder.file(name + "/" + file),
                    reason: state == nil
                        ? "is there already, from a run whose state is not known; choose an empty folder"
                        : "was published after the committed state; this state is older than the folder")
            }
        }
    }
}
