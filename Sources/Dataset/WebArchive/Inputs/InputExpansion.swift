import Glibc
public import ObjectStore

/// Turns what a user names as input into the list of archives and pages to read, always in the same order.
///
/// An argument is one of
///
///     path/to/file.warc.gz            an archive, whatever its name; *.html, *.htm and *.xhtml are pages
///     path/to/folder                  all archives and pages in it, folders within too, ordered by the bytes of their paths
///     https://…/file.warc.gz, s3://bucket/key
///     warc.paths.gz[#from-to]         a list of Common Crawl (local or http(s)/s3): lines from-to, counted from 1, with a prefix put in front
///
/// Errors name the argument. Limits: a list holds at most 64 MiB of text, folders at most 64 levels.
public struct InputExpansion: Sendable {
    /// Put in front of each line of a list that is not a URL.
    public var listPrefix: String
    /// Put in front of a page's path in its folder, for its URI; without it pages are `file://…`.
    public var pageBase: String?

    public init(listPrefix: String = "https://data.commoncrawl.org/", pageBase: String? = nil) {
        self.listPrefix = listPrefix
        self.pageBase = pageBase
    }

    /// All inputs that `arguments` name, in their order.
    public func expand(
        _ arguments: [String],
        open: (String) throws(ObjectStoreError) -> any ByteSource = { (location) throws(ObjectStoreError) in
            try ByteSources.open(location)
        }
    ) throws(ObjectStoreError) -> [ArchiveInput] {
        var inputs: [ArchiveInput] = []
        for argument in arguments {
            if let list = PathsList(argument) {
                inputs += try expand(list, open)
            } else if ByteSources.isRemote(argument) {
                inputs.append(ArchiveInput(kind: .archive, location: argument))
            } else {
                inputs += try expandPath(argument)
            }
        }
        return inputs
    }

    // MARK: Lists

    private func expand(
        _ list: PathsList, _ open: (String) throws(ObjectStoreError) -> any ByteSource
    ) throws(ObjectStoreError) -> [ArchiveInput] {
        let lines = try PathsList.lines(try open(list.location))
        guard list.first <= max(lines.count, 1) else {
            throw ObjectStoreError(
                .invalidRequest, at: list.location, "has \(lines.count) lines, and line \(list.first) is asked for")
        }
        return lines[min(list.first - 1, lines.count)..<min(list.last, lines.count)].map { line in
            let isWhole = ByteSources.isRemote(line) || line.hasPrefix("/")
            return ArchiveInput(kind: .archive, location: isWhole ? line : listPrefix + line)
        }
    }

    // MARK: Files and folders

    private func expandPath(_ path: String) throws(ObjectStoreError) -> [ArchiveInput] {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw ObjectStoreError(.notFound, at: path, "there is no such file or folder")
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            let name = path.split(separator: "/").last ?? ""
            return [
                input(
                    path, relative: String(name), bytes: UInt64(status.st_size),
                    kind: HTMLFile.isNamedLikeOne(name) ? .html : .archive)
            ]
        }
        var files: [(relative: String, bytes: UInt64)] = []
        try collect(path, "", 0, &files)
        files.sort { $0.relative.utf8.lexicographicallyPrecedes($1.relative.utf8) }
        var inputs: [ArchiveInput] = []
        for file in files {
            let full = path.hasSuffix("/") ? path + file.relative : path + "/" + file.relative
            guard let kind = try kind(full) else { continue }
            inputs.append(input(full, relative: file.relative, bytes: file.bytes, kind: kind))
        }
        return inputs
    }

    private func input(_ path: String, relative: String, bytes: UInt64, kind: ArchiveInput.Kind) -> ArchiveInput {
        var uri: String?
        if kind == .html {
            uri =
                pageBase.map { ($0.hasSuffix("/") ? $0 : $0 + "/") + HTMLFile.percentEncoded(relative) }
                ?? HTMLFile.fileURI(path)
        }
        return ArchiveInput(kind: kind, location: path, bytes: bytes, pageURI: uri)
    }

    private func collect(
        _ root: String, _ relative: String, _ depth: Int, _ files: inout [(relative: String, bytes: UInt64)]
    ) throws(ObjectStoreError) {
        guard depth < 64 else { return }
        let path = relative.isEmpty ? root : root + "/" + relative
        guard let folder = opendir(path) else {
            throw ObjectStoreError(.accessDenied, at: path, "cannot list the folder")
        }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasPrefix(".") { continue }
            let child = relative.isEmpty ? name : relative + "/" + name
            var status = stat()
            // Links to folders are not followed: they may lead in a circle.
            guard lstat(root + "/" + child, &status) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFLNK,
                stat(root + "/" + child, &status) != 0 || status.st_mode & S_IFMT == S_IFDIR
            {
                continue
            }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: try collect(root, child, depth + 1, &files)
            case S_IFREG: files.append((child, UInt64(status.st_size)))
            default: continue
            }
        }
    }

    /// What a file in a folder is: by its name where that says it, otherwise by its first bytes; nil if neither.
    private func kind(_ path: String) throws(ObjectStoreError) -> ArchiveInput.Kind? {
        let name = (path.split(separator: "/").last ?? "").lowercased()
        if HTMLFile.isNamedLikeOne(name) { return .html }
        if name.contains(".warc") || name.hasSuffix(".arc") || name.contains(".arc.") { return .archive }
        let source = try FileByteSource(path: path)
        let head = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 16)
        defer { head.deallocate() }
        let count = try source.read(into: head)
        return RecordStart.begins(UnsafeRawBufferPointer(rebasing: head[..<count]), family: .unknown) ? .archive : nil
    }
}
