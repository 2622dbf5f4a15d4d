import Glibc
import StateStore
import Testing

/// A child process commits and commits, and is killed with SIGKILL in the middle of it. Whatever the moment: the offset and the
/// data agree, and nothing is missing that a commit returned for.
@Suite struct StateStoreCrashTests {
    let folder = TemporaryFolder()

    @Test func aKilledProcessLosesNothingThatWasCommitted() async throws {
        var random = Seeded(20_261_123)
        let path = folder.path
        // More at will: LEAT_CRASHES=1000.
        let crashes = getenv("LEAT_CRASHES").flatMap { Int(String(cString: $0)) } ?? 12
        for _ in 0..<crashes {
            let microseconds = UInt32.random(in: 500...60_000, using: &random)
            await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, microseconds = microseconds as UInt32] in
                try commitUntilKilled(folder: path, after: microseconds)
            }
            let acknowledged = try CommitMark(folder: path).value
            let state = try StateStore(folder: path + "/state")
            #expect(state.changelogOffset >= acknowledged)
            try expectWhole(state)
        }
        #expect(try CommitMark(folder: path).value > 0)
    }

    private func expectWhole(_ state: StateStore) throws {
        let store = try state.store(named: "numbers")
        var expected: [[UInt8]: Int64] = [:]
        for commit in 0..<state.changelogOffset { for key in writtenKeys(in: commit) { expected[key] = commit } }
        let entries = try store.entries()
        #expect(entries.count == expected.count)
        #expect(entries.allSatisfy { expected[$0.key] == decode($0.value) })
    }
}

/// The highest offset for which a commit has returned, in a file that other processes see as soon as it is written.
private struct CommitMark {
    let descriptor: Int32

    init(folder: String) throws {
        descriptor = open(folder + "/mark", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        try #require(descriptor >= 0)
    }

    var value: Int64 {
        var value: Int64 = 0
        _ = pread(descriptor, &value, 8, 0)
        close(descriptor)
        return value
    }

    func set(_ value: Int64) {
        var value = value
        pwrite(descriptor, &value, 8, 0)
    }
}

/// What commit number n writes is a function of n alone.
private func writtenKeys(in commit: Int64) -> [[UInt8]] {
    (0..<7).map { encode((commit &* 31 &+ $0 &* 17) % 200) }
}

private func encode(_ value: Int64) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }

private func decode(_ bytes: [UInt8]) -> Int64 {
    bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int64($1) }
}

private func commitUntilKilled(folder: String, after microseconds: UInt32) throws {
    let mark = try CommitMark(folder: folder)
    var options = StateStoreOptions()
    options.memory = StateMemory(blockCacheBytes: 1 << 20, writeBufferBytes: 1 << 20)
    let state = try StateStore(folder: folder + "/state", options: options)
    let store = try state.store(named: "numbers")
    var thread = pthread_t()
    let delay = UnsafeMutablePointer<UInt32>.allocate(capacity: 1)
    delay.initialize(to: microseconds)
    pthread_create(&thread, nil, { argument in
        usleep(argument?.load(as: UInt32.self) ?? 0)
        kill(getpid(), SIGKILL)
        return nil
    }, delay)
    while true {
        let commit = state.changelogOffset
        // Long values, so that the kill also falls into flushes of the memory table.
        for key in writtenKeys(in: commit) { try store.put(key, encode(commit) + [UInt8](repeating: 7, count: 900)) }
        _ = state.takeChanges()
        try state.commit(changelogOffset: commit + 1)
        mark.set(commit + 1)
    }
}
