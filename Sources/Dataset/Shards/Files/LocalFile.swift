import Glibc

/// One open file of the local disk, written by position. Not thread safe: one owner. Closing is the end of its life; it flushes nothing.
struct LocalFile: ~Copyable {
    let path: String
    private let descriptor: Int32

    enum Mode { case read, writeOrCreate, writeFromEmpty }

    init(_ path: String, _ mode: Mode) throws(ShardError) {
        let flags =
            switch mode {
            case .read: O_RDONLY
            case .writeOrCreate: O_RDWR | O_CREAT
            case .writeFromEmpty: O_RDWR | O_CREAT | O_TRUNC
            }
        var opened: Int32
        repeat { opened = open(path, flags | O_CLOEXEC, 0o644) } while opened < 0 && errno == EINTR
        guard opened >= 0 else { throw .system(call: "open", path: path, errorNumber: errno) }
        self.path = path
        descriptor = opened
    }

    deinit { close(descriptor) }

    func size() throws(ShardError) -> Int {
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { throw .system(call: "fstat", path: path, errorNumber: errno) }
        return Int(facts.st_size)
    }

    /// Writes all bytes at `offset`, in as many calls as the system takes.
    func write(_ bytes: [UInt8], at offset: Int) throws(ShardError) {
        var done = 0
        while done < bytes.count {
            // Unsafe corner: pwrite needs an address; the buffer lives for the call alone and the count is what remains of it.
            let count = bytes.withUnsafeBytes { buffer in
                pwrite(descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done, off_t(offset + done))
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw .system(call: "pwrite", path: path, errorNumber: errno)
            }
            done += count
        }
    }

    /// Up to `limit` bytes from `offset`; fewer only at the end of the file.
    func read(at offset: Int, limit: Int) throws(ShardError) -> [UInt8] {
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, filled in
            while filled < limit {
                let count = pread(descriptor, buffer.baseAddress.map { $0 + filled }, limit - filled, off_t(offset + filled))
                if count < 0 && errno == EINTR { continue }
                if count < 0 { failure = errno }
                guard count > 0 else { break }
                filled += count
            }
        }
        guard failure == 0 else { throw .system(call: "pread", path: path, errorNumber: failure) }
        return bytes
    }

    /// Cuts the file to `length` bytes, which it must have: a longer file was written past the commit, a shorter one lost bytes.
    func cut(to length: Int) throws(ShardError) {
        let found = try size()
        guard found >= length else { throw .fileLostBytes(path: path, expected: length, found: found) }
        guard ftruncate(descriptor, off_t(length)) == 0 else {
            throw .system(call: "ftruncate", path: path, errorNumber: errno)
        }
    }

    /// Waits until the disk has the bytes. A failure is final (the kernel may have dropped the pages): never call it again.
    func synchronize() throws(ShardError) {
        guard fdatasync(descriptor) == 0 else { throw .system(call: "fdatasync", path: path, errorNumber: errno) }
    }
}

func systemMessage(_ number: Int32) -> String { String(cString: strerror(number)) }
