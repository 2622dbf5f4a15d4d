import ObjectStore
import Synchronization

/// A store that refuses what it is told to refuse.
struct FailingStore: ObjectStore {
    enum Operation { case write, delete }

    let store: any ObjectStore
    let fails: @Sendable (Operation) -> Bool

    var location: String { store.location }

    private func check(_ operation: Operation) throws(ObjectStoreError) {
        if fails(operation) { throw ObjectStoreError(.unavailable, at: location, "it is away") }
    }

    func get(_ key: String, range: Range<UInt64>?, limit: Int) throws(ObjectStoreError) -> [UInt8] { try store.get(key, range: range, limit: limit) }
    func open(_ key: String) throws(ObjectStoreError) -> any ByteSource { try store.open(key) }
    func list(prefix: String) throws(ObjectStoreError) -> [ObjectEntry] { try store.list(prefix: prefix) }
    func size(_ key: String) throws(ObjectStoreError) -> UInt64? { try store.size(key) }

    func put(_ key: String, _ bytes: [UInt8]) throws(ObjectStoreError) {
        try check(.write)
        try store.put(key, bytes)
    }
    func putIfAbsent(_ key: String, _ bytes: [UInt8]) throws(ObjectStoreError) {
        try check(.write)
        try store.putIfAbsent(key, bytes)
    }
    func write(_ key: String) throws(ObjectStoreError) -> any ObjectWriter {
        try check(.write)
        return try store.write(key)
    }
    func delete(_ key: String) throws(ObjectStoreError) {
        try check(.delete)
        try store.delete(key)
    }
}

/// A switch that a test turns while others look at it.
final class Switch: Sendable {
    private let value = Atomic<Bool>(false)

    var isOn: Bool {
        get { value.load(ordering: .acquiring) }
        set { value.store(newValue, ordering: .releasing) }
    }
}
