/// Makes a sealed file of the lake visible. Every step may be repeated after a crash at any point of it, with the same result.
struct LakePublisher {
    enum Step: Int, CaseIterable, Sendable { case rename, syncFolder, manifest }

    let folder: LocalFolder
    /// Called before each step; tests throw from it to stand for a killed process.
    var beforeStep: (Step) throws(ShardError) -> Void = { (_) throws(ShardError) in }

    func publish(_ file: LakeFile, in manifest: inout LakeManifest) throws(ShardError) {
        let name = LakeNames.path(file.language, file.number)
        let sealed = LakeNames.sealed(file.language, file.number)
        let partition = try LocalFolder(creating: folder.file(LakeNames.folder(file.language)))
        if try folder.size(name) == nil {
            try beforeStep(.rename)
            try folder.rename(sealed, to: name)
        }
        guard try folder.size(name) == file.bytes else {
            throw .folderDisagrees(path: folder.file(name), reason: "has not the \(file.bytes) bytes it was sealed with; build this lake again")
        }
        try beforeStep(.syncFolder)
        try partition.synchronize()
        try folder.synchronize()
        guard !manifest.files.contains(where: { $0.facts == file }) else { return }
        try beforeStep(.manifest)
        manifest.insert(file)
        try folder.replace(LakeNames.manifest, with: jsonBytes(manifest, readable: true))
    }
}
