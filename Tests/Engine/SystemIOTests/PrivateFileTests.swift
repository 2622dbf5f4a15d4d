import SystemIO
import Testing

#if canImport(Glibc)
    import Glibc
#endif

@Suite("Private files")
struct PrivateFileTests {
    private func inFolder(_ body: (String) throws -> Void) throws {
        var template = Array("/tmp/leat-private-XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { buffer in buffer.baseAddress.map { mkdtemp($0) != nil } ?? false }
        guard made else { throw SystemIOError(operation: "make", path: "/tmp", errorNumber: 0) }
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let files = PosixFileSystem()
        defer {
            for name in (try? files.list(folder)) ?? [] { try? files.remove(FilePath.join(folder, name)) }
            try? files.removeFolder(folder)
        }
        try body(folder)
    }

    @Test("A private file is its owner's alone, whatever stood there before")
    func replace() throws {
        try inFolder { folder in
            let files = PosixFileSystem()
            let path = FilePath.join(folder, "secret")
            // A file that everybody may read, and the remains of a crash.
            try files.open(path, .create).close()
            try files.open(path + ".tmp", .create).close()
            #expect(try !files.isPrivate(path))
            try files.replacePrivateFile(path, with: Array("one".utf8))
            #expect(try files.isPrivate(path))
            #expect(try files.readFile(path, limit: 100) == Array("one".utf8))
            #expect(try files.list(folder) == ["secret"])
        }
    }

    @Test("A new private file is not made over one that is there")
    func exclusive() throws {
        try inFolder { folder in
            let files = PosixFileSystem()
            let path = FilePath.join(folder, "secret")
            try files.createPrivate(path).close()
            #expect(throws: SystemIOError.self) { try files.createPrivate(path) }
            #expect(throws: SystemIOError.self) { try files.isPrivate(path + "-missing") }
        }
    }

    @Test("Any crash leaves the old content or the new one")
    func crash() throws {
        let files = SimulatedFileSystem()
        try files.makeFolder("/data")
        try files.replacePrivateFile("/data/access", with: [1, 1, 1])
        for call in 1...12 {
            let machine = files.afterKill()
            machine.stop(atCall: call)
            try? machine.replacePrivateFile("/data/access", with: [2, 2, 2, 2])
            for seed in 0..<20 as Range<UInt64> {
                let found = try machine.crash(seed: seed).afterKill().readFile("/data/access", limit: 10)
                #expect(found == [1, 1, 1] || found == [2, 2, 2, 2])
            }
        }
    }
}
