import SystemIO
import Testing

/// What both file systems promise.
@Suite struct FileSystemTests {
    enum Kind: CaseIterable { case posix, simulated }

    /// An empty folder on either; the operating system's one is removed afterwards.
    static func withFolder(_ kind: Kind, _ body: (any FileSystem, String) throws -> Void) throws {
        switch kind {
        case .simulated:
            let disk = SimulatedFileSystem()
            try disk.makeFolder("/files/here")
            try body(disk, "/files/here")
        case .posix:
            let system = PosixFileSystem()
            let folder = "/tmp/leat-systemio-\(try SystemEntropySource().identifier())"
            try system.makeFolder(folder + "/here")
            defer { removeAll(folder, system) }
            try body(system, folder + "/here")
        }
    }

    static func removeAll(_ folder: String, _ system: PosixFileSystem) {
        for name in (try? system.list(folder)) ?? [] {
            let path = FilePath.join(folder, name)
            if (try? system.folderExists(path)) == true { removeAll(path, system) } else { try? system.remove(path) }
        }
        try? system.removeFolder(folder)
    }

    @Test(arguments: Kind.allCases) func filesKeepWhatIsWritten(kind: Kind) throws {
        try Self.withFolder(kind) { system, folder in
            let path = FilePath.join(folder, "a")
            #expect(throws: SystemIOError.self) { try system.open(path, .read) }
            #expect(throws: SystemIOError.self) { try system.open(path, .write) }
            let file = try system.open(path, .createNew)
            #expect(throws: SystemIOError.self) { try system.open(path, .createNew) }
            try file.write([1, 2, 3], at: 0)
            try file.append([4, 5])
            try file.write([9], at: 8)
            #expect(try file.size() == 9)
            #expect(try file.read(count: 100, at: 1) == [2, 3, 4, 5, 0, 0, 0, 9])
            #expect(try file.read(count: 5, at: 50) == [])
            try file.truncate(to: 2)
            try file.synchronizeData()
            #expect(try system.readFile(path, limit: 10) == [1, 2])
            #expect(throws: SystemIOError.self) { try system.readFile(path, limit: 1) }
        }
    }

    @Test(arguments: Kind.allCases) func namesAreListedMovedAndRemoved(kind: Kind) throws {
        try Self.withFolder(kind) { system, folder in
            for name in ["b", "a", "Z"] { _ = try system.open(FilePath.join(folder, name), .create) }
            try system.makeFolder(FilePath.join(folder, "c/d"))
            #expect(try system.list(folder) == ["Z", "a", "b", "c"])
            try system.rename(FilePath.join(folder, "a"), to: FilePath.join(folder, "b"))
            #expect(try system.list(folder) == ["Z", "b", "c"])
            try system.remove(FilePath.join(folder, "Z"))
            #expect(try !system.fileExists(FilePath.join(folder, "Z")))
            #expect(try system.folderExists(FilePath.join(folder, "c/d")))
            #expect(throws: SystemIOError.self) { try system.removeFolder(FilePath.join(folder, "c")) }
            try system.removeFolder(FilePath.join(folder, "c/d"))
            try system.synchronizeFolder(folder)
            #expect(throws: SystemIOError.self) { try system.list(FilePath.join(folder, "none")) }
            #expect(try system.freeSpace(at: folder) > 0)
        }
    }

    @Test(arguments: Kind.allCases) func aLockHasOneHolder(kind: Kind) throws {
        try Self.withFolder(kind) { system, folder in
            let path = FilePath.join(folder, "lock")
            let lock = try system.lock(path)
            do {
                _ = try system.lock(path)
                Issue.record("a second holder got the lock")
            } catch {
                #expect("\(error)".contains("process"))
            }
            lock.unlock()
            try system.lock(path).unlock()
        }
    }

    @Test func errorsNameOperationPathAndReason() throws {
        do {
            _ = try PosixFileSystem().open("/tmp/leat/no/such/file", .read)
            Issue.record("opened a file that is not there")
        } catch {
            #expect(error.isNotFound)
            #expect(error.operation == "open" && error.path == "/tmp/leat/no/such/file")
            #expect("\(error)".contains("No such file"))
        }
    }

    @Test func aClosedFileIsRefused() throws {
        try Self.withFolder(.posix) { system, folder in
            let file = try system.open(FilePath.join(folder, "a"), .create)
            file.close()
            file.close()
            #expect(throws: SystemIOError.self) { try file.write([1], at: 0) }
        }
    }
}
