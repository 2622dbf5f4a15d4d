import ObjectStore
import Synchronization

@testable import LogStorage

/// A remote store in memory that can fail the k-th call, before or after it took effect, and be stopped as when the machine is gone.
final class MemoryStore: RemoteSegmentStore {
    private struct State {
        var objects: [String: [UInt8]] = [:]
        var calls = 0
        var failAt: Set<Int> = []
        var loseAnswerAt: Set<Int> = []
        var isStopped = false
    }

    private let state = Mutex(State())

    struct Failure: Error {}

    var objects: [String: [UInt8]] { state.withLock { $0.objects } }
    var callCount: Int { state.withLock { $0.calls } }
    func fail(call: Int, afterwards: Bool) { state.withLock { if afterwards { $0.loseAnswerAt.insert(call) } else { $0.failAt.insert(call) } } }
    func stop() { state.withLock { $0.isStopped = true } }
    func damage(_ name: String, at position: Int) { state.withLock { $0.objects[name]?[position] ^= 1 } }

    /// The same objects, for the machine that starts next.
    func afterCrash() -> MemoryStore {
        let copy = MemoryStore()
        let objects = objects
        copy.state.withLock { $0.objects = objects }
        return copy
    }

    private func perform<Result>(_ body: (inout [String: [UInt8]]) throws -> Result) throws -> Result {
        try state.withLock { state in
            state.calls += 1
            if state.isStopped || state.failAt.contains(state.calls) { throw Failure() }
            let result = try body(&state.objects)
            if state.loseAnswerAt.contains(state.calls) { throw Failure() }
            return result
        }
    }

    func write(_ name: String) throws -> any ObjectWriter { Writer(name, self) }
    func put(_ name: String, _ bytes: [UInt8]) throws { try perform { $0[name] = bytes } }
    func get(_ name: String, range: Range<Int64>) throws -> [UInt8] {
        try perform { objects in
            guard let bytes = objects[name] else { throw ObjectStoreError(.notFound, at: name, "there is no such object") }
            return Array(bytes[Int(min(range.lowerBound, Int64(bytes.count)))..<Int(min(range.upperBound, Int64(bytes.count)))])
        }
    }
    func delete(_ name: String) throws { try perform { $0[name] = nil } }
    func list(_ prefix: String) throws -> [String] { try perform { $0.keys.filter { $0.hasPrefix(prefix) }.sorted() } }
    func claim(_ name: String, _ bytes: [UInt8]) throws -> Bool {
        try perform { objects in
            guard objects[name] == nil else { return false }
            objects[name] = bytes
            return true
        }
    }

    private final class Writer: ObjectWriter {
        private let name: String
        private let store: MemoryStore
        private var bytes: [UInt8] = []

        init(_ name: String, _ store: MemoryStore) {
            self.name = name
            self.store = store
        }

        func write(_ bytes: UnsafeRawBufferPointer) throws(ObjectStoreError) { self.bytes.append(contentsOf: bytes) }
        func finish() throws(ObjectStoreError) {
            do { try store.put(name, bytes) } catch { throw ObjectStoreError(.unavailable, at: name, "\(error)") }
        }
        func cancel() {}
    }
}
