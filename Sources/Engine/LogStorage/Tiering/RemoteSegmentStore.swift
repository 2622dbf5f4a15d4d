public import ObjectStore

/// Where sealed segments go. Every operation waits; call them from threads that may. Errors: `ObjectStoreError`.
///
/// Objects of a partition are under its key: `<key>/segments/<name>.log`, `<name>.bundle` and `<key>/manifest/<version>`.
public protocol RemoteSegmentStore: Sendable {
    /// Begins an object that appears when it is finished.
    func write(_ name: String) throws -> any ObjectWriter
    func put(_ name: String, _ bytes: [UInt8]) throws
    func get(_ name: String, range: Range<Int64>) throws -> [UInt8]
    func delete(_ name: String) throws
    func list(_ prefix: String) throws -> [String]
    /// Writes an object that is not there; `false`: somebody else has written it.
    func claim(_ name: String, _ bytes: [UInt8]) throws -> Bool
}

/// A folder or a bucket as the place of sealed segments.
public struct ObjectSegmentStore: RemoteSegmentStore {
    private let store: any ObjectStore

    public init(_ store: any ObjectStore) { self.store = store }

    public func write(_ name: String) throws -> any ObjectWriter { try store.write(name) }
    public func put(_ name: String, _ bytes: [UInt8]) throws { try store.put(name, bytes) }
    public func get(_ name: String, range: Range<Int64>) throws -> [UInt8] {
        try store.get(name, range: UInt64(range.lowerBound)..<UInt64(range.upperBound), limit: range.count)
    }
    public func delete(_ name: String) throws { try store.delete(name) }
    public func list(_ prefix: String) throws -> [String] { try store.list(prefix: prefix).map(\.key) }
    public func claim(_ name: String, _ bytes: [UInt8]) throws -> Bool {
        do throws(ObjectStoreError) {
            try store.putIfAbsent(name, bytes)
            return true
        } catch {
            if error.kind == .alreadyExists { return false }
            throw error
        }
    }
}
