import LogStorage
import Records
import SystemIO

#if canImport(Glibc)
    import Glibc
#endif

struct Bench {
    let folder: String
    let system = PosixFileSystem()

    struct Times {
        var wall: Double
        var processor: Double
    }

    static func measure(_ body: () throws -> Void) rethrows -> Times {
        var before = timespec()
        var after = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before)
        let start = SystemTimeSource().monotonicNanoseconds()
        try body()
        let wall = Double(SystemTimeSource().monotonicNanoseconds() - start) / 1e9
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after)
        let processor = Double(after.tv_sec - before.tv_sec) + Double(after.tv_nsec - before.tv_nsec) / 1e9
        return Times(wall: wall, processor: processor)
    }

    static func rate(_ bytes: Int, _ times: Times) -> String {
        let wall = Int(Double(bytes) / times.wall / 1e6)
        let processor = Int(Double(bytes) / times.processor / 1e6)
        return "\(wall) MB/s (\(processor) MB per CPU second)"
    }

    func path(_ name: String) -> String { FilePath.join(folder, name) }

    func empty(_ path: String) throws {
        guard try system.folderExists(path) else { return }
        for name in try system.list(path) {
            let inner = FilePath.join(path, name)
            if try system.folderExists(inner) { try empty(inner) } else { try system.remove(inner) }
        }
        try system.removeFolder(path)
    }

    /// Batches of about 64 KiB of records of 1 KiB, as a producer sends them.
    func batch() throws -> [UInt8] {
        let builder = RecordBatchBuilder()
        var random = SeededGenerator(seed: 7)
        let value = (0..<1024).map { _ in UInt8.random(in: 0...255, using: &random) }
        while builder.byteCount + 1100 < 64 << 10 { try builder.append(key: nil, value: value, timestamp: 1_700_000_000_000) }
        return try builder.finish()
    }

    /// One record of 100 bytes.
    func small() throws -> [UInt8] {
        let builder = RecordBatchBuilder()
        try builder.append(key: nil, value: [UInt8](repeating: 65, count: 100), timestamp: 1_700_000_000_000)
        return try builder.finish()
    }

    func append() throws {
        let rounds = 7
        let count = 8192
        let batch = try batch()
        let bytes = count * batch.count
        var ratios: [Double] = []
        for round in 0..<rounds {
            try system.makeFolder(folder)
            let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: batch.count, alignment: 64)
            defer { copy.deallocate() }
            copy.copyBytes(from: batch)
            let file = try system.open(path("plain"), .create)
            var checksum: UInt32 = 0
            let plain = try Self.measure {
                for index in 0..<count {
                    checksum ^= Checksum.crc32c(UnsafeRawBufferPointer(rebasing: copy[21...]))
                    try file.write(UnsafeRawBufferPointer(copy), at: Int64(index * batch.count))
                }
            }
            try system.remove(path("plain"))
            file.close()
            let settings = try LogConfiguration(settings: ["segment.bytes": "\(Int32.max)", "message.timestamp.after.max.ms": "\(Int64.max)"])
            let log = try PartitionLog(folder: path("log"), fileSystem: system, configuration: settings)
            let appended = try Self.measure {
                for _ in 0..<count { _ = try log.append(batches: copy, leaderEpoch: 0) }
            }
            ratios.append(plain.processor / appended.processor)
            print(
                "append \(round): pwrite + CRC-32C \(Self.rate(bytes, plain)), log \(Self.rate(bytes, appended)), wall "
                    + "\(Int(100 * plain.wall / appended.wall)) %, CPU \(Int(100 * plain.processor / appended.processor)) % (\(checksum & 1))")
            try empty(path("log"))
        }
        ratios.sort()
        print("append: median \(Int(100 * ratios[rounds / 2])) % of pwrite + CRC-32C by CPU time; \(batch.count) bytes a batch")
    }

    func read() throws {
        try system.makeFolder(folder)
        let batch = try batch()
        let count = 8192
        let settings = try LogConfiguration(settings: ["segment.bytes": "\(256 << 20)"])
        let log = try PartitionLog(folder: path("log"), fileSystem: system, configuration: settings)
        for _ in 0..<count { _ = try log.append(batches: batch, leaderEpoch: 0) }
        try log.close()
        let bytes = count * batch.count
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
        defer { buffer.deallocate() }
        let files = try system.list(path("log")).filter { $0.hasSuffix(".log") }.map { try system.open(FilePath.join(path("log"), $0), .read) }
        for round in 0..<5 {
            let plain = try Self.measure {
                for file in files {
                    let size = try file.size()
                    var at: Int64 = 0
                    while at < size { at += Int64(try file.read(into: buffer, at: at)) }
                }
            }
            let again = try PartitionLog(folder: path("log"), fileSystem: system, configuration: settings)
            let first = try Self.measure { try readAll(again, buffer) }
            let second = try Self.measure { try readAll(again, buffer) }
            var regions = 0
            let found = try Self.measure {
                var offset: Int64 = 0
                while offset < again.endOffset {
                    offset = try again.region(from: offset, maxBytes: 1 << 20).nextOffset
                    regions += 1
                }
            }
            print(
                "read \(round): pread \(Self.rate(bytes, plain)), log into a buffer, first \(Self.rate(bytes, first)), again "
                    + "\(Self.rate(bytes, second)) = \(Int(100 * plain.processor / second.processor)) %; region "
                    + "\(Int(found.processor / Double(regions) * 1e9)) ns each")
            try again.close()
        }
        var random = SeededGenerator(seed: 1)
        let again = try PartitionLog(folder: path("log"), fileSystem: system, configuration: settings)
        try readAll(again, buffer)
        let jumps = try Self.measure {
            for _ in 0..<100_000 { _ = try again.region(from: Int64.random(in: 0..<again.endOffset, using: &random), maxBytes: 1 << 20) }
        }
        print("region at random offsets: \(Int(jumps.processor / 100_000 * 1e9)) ns each")
        try empty(path("log"))
    }

    private func readAll(_ log: PartitionLog, _ buffer: UnsafeMutableRawBufferPointer) throws {
        var offset: Int64 = 0
        while offset < log.endOffset { offset = try log.read(into: buffer, from: offset).nextOffset }
    }

    func partitions(count: Int) throws {
        try system.makeFolder(folder)
        let descriptors = FileDescriptorCache(fileSystem: system)
        var logs: [PartitionLog] = []
        let batch = try small()
        func open(_ number: Int) throws -> PartitionLog {
            try PartitionLog(folder: path("\(number)"), fileSystem: system, descriptors: descriptors)
        }
        let made = try Self.measure { for number in 0..<count { logs.append(try open(number)) } }
        print("made \(count) empty partitions: \(Int(made.wall * 1000)) ms, \(Self.openDescriptors()) descriptors")
        let filled = try Self.measure { for log in logs { _ = try log.append(batches: batch, leaderEpoch: 0) } }
        print("appended to each: \(Int(filled.wall * 1000)) ms, \(Self.openDescriptors()) descriptors")
        let closed = try Self.measure { for log in logs { try log.close() } }
        print("closed each: \(Int(closed.wall * 1000)) ms")
    }

    /// In a process of its own, so that what it allocates can be told: the partitions that `partitions` left.
    func open(count: Int) throws {
        let descriptors = FileDescriptorCache(fileSystem: system)
        var logs: [PartitionLog] = []
        logs.reserveCapacity(count)
        let before = Self.residentBytes()
        let opened = try Self.measure {
            for number in 0..<count {
                logs.append(try PartitionLog(folder: path("\(number)"), fileSystem: system, descriptors: descriptors))
            }
        }
        let perLog = (Self.residentBytes() - before) / count
        print(
            "opened \(count) partitions that were closed well: \(Int(opened.wall * 1000)) ms (CPU \(Int(opened.processor * 1000)) ms), "
                + "\(perLog) bytes of memory each, \(Self.openDescriptors()) descriptors, all clean: \(logs.allSatisfy { $0.recovery.wasClean })")
        let reads = try Self.measure { for log in logs { _ = try log.read(from: 0, maxBytes: 1000) } }
        print("read each once: \(Int(reads.wall * 1000)) ms, \(Self.openDescriptors()) descriptors")
        logs = []
        for number in 0..<count { try empty(path("\(number)")) }
    }

    static func openDescriptors() -> Int { ((try? PosixFileSystem().list("/proc/self/fd").count) ?? 1) - 1 }

    static func residentBytes() -> Int {
        guard let file = try? PosixFileSystem().open("/proc/self/statm", .read), let bytes = try? file.read(count: 100, at: 0) else { return 0 }
        let fields = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        return (fields.count > 1 ? Int(fields[1]) ?? 0 : 0) * 4096
    }
}
