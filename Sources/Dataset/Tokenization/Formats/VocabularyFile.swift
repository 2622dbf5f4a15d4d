import Glibc

/// A vocabulary file, read whole: at most 512 MiB.
struct VocabularyFile {
    static let sizeLimit = 1 << 29

    let path: String
    let bytes: [UInt8]

    init(path: String) throws(TokenizerError) {
        self.path = path
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unreadable(path: path, reason: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw .unreadable(path: path, reason: String(cString: strerror(errno)))
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .unreadable(path: path, reason: "it is no file") }
        let size = Int(status.st_size)
        guard size <= Self.sizeLimit else {
            throw .unsupported(path: path, feature: "files of more than \(Self.sizeLimit) bytes")
        }
        bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size, let base = buffer.baseAddress {
                let got = read(descriptor, base + count, size - count)
                if got < 0 && errno == EINTR { continue }
                guard got > 0 else { break }
                count += got
            }
        }
        guard bytes.count == size else {
            throw .unreadable(path: path, reason: "it ended after \(bytes.count) of \(size) bytes")
        }
    }

    init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }

    func damaged(at offset: Int, _ reason: String) -> TokenizerError {
        .damaged(path: path, offset: offset, reason: reason)
    }

    func refused(_ refusal: TokenTableBuilder.Refusal, at offset: Int) -> TokenizerError {
        .damaged(path: path, offset: offset, reason: refusal.rawValue)
    }

    func refused(_ refusal: JSONScanner.Refusal, at offset: Int) -> TokenizerError {
        switch refusal {
        case .unexpected(let what): .damaged(path: path, offset: offset, reason: what + " where it does not belong")
        }
    }

    static func exists(_ path: String) -> Bool { access(path, R_OK) == 0 }

    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The names in a folder, sorted, without those that begin with a dot.
    static func names(in folder: String) throws(TokenizerError) -> [String] {
        guard let stream = opendir(folder) else {
            throw .unreadable(path: folder, reason: String(cString: strerror(errno)))
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }
}
