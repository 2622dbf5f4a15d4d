import LogStorage
import ObjectStore
import Synchronization

/// Where topics with `remote.storage.enable=true` keep their old segments: one store for the whole broker, and one cache of what is read from it.
/// Thread rule: any thread.
///
/// A partition's objects are under `<topic id>/<partition>/` (RemoteSegmentStore says which). Topic ids are random, so several data folders may
/// share a store.
final class RemoteStorage: Sendable {
    /// The folder's path or the bucket's URL.
    let location: String
    /// Uploads through it end when the broker closes.
    let segments: any RemoteSegmentStore
    let cache = RemoteCache()
    private let uploads: Uploads

    init(_ store: any ObjectStore) {
        location = store.location
        uploads = Uploads(location: store.location)
        segments = StoppableSegmentStore(store: ObjectSegmentStore(store), uploads: uploads)
    }

    static func key(_ identifier: String, _ number: Int32) -> String { "\(identifier)/\(number)" }

    /// Ends uploads at their next piece; nothing half-done appears in the store.
    func stopUploads() { uploads.isStopped.store(true, ordering: .releasing) }

    /// Removes every object of a topic. Harmless to repeat.
    func removeTopic(_ identifier: String) throws {
        for name in try segments.list(identifier + "/") { try segments.delete(name) }
    }
}

/// Whether uploads may go on.
private final class Uploads: Sendable {
    let location: String
    let isStopped = Atomic<Bool>(false)

    init(location: String) { self.location = location }

    func check() throws(ObjectStoreError) {
        guard isStopped.load(ordering: .acquiring) else { return }
        throw ObjectStoreError(.unavailable, at: location, "the upload was given up because the broker is closing; the next start makes it")
    }
}

private struct StoppableSegmentStore: RemoteSegmentStore {
    let store: ObjectSegmentStore
    let uploads: Uploads

    func write(_ name: String) throws -> any ObjectWriter {
        try uploads.check()
        return StoppableWriter(writer: try store.write(name), uploads: uploads)
    }
    func put(_ name: String, _ bytes: [UInt8]) throws { try store.put(name, bytes) }
    func get(_ name: String, range: Range<Int64>) throws -> [UInt8] { try store.get(name, range: range) }
    func delete(_ name: String) throws { try store.delete(name) }
    func list(_ prefix: String) throws -> [String] { try store.list(prefix) }
    func claim(_ name: String, _ bytes: [UInt8]) throws -> Bool { try store.claim(name, bytes) }
}

/// A segment has up to 2 GiB, which nobody who closes a broker wants to wait for.
private final class StoppableWriter: ObjectWriter {
    private let writer: any ObjectWriter
    private let uploads: Uploads

    init(writer: any ObjectWriter, uploads: Uploads) {
        self.writer = writer
        self.uploads = uploads
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(ObjectStoreError) {
        try uploads.check()
        try writer.write(bytes)
    }
    func finish() throws(ObjectStoreError) { try writer.finish() }
    func cancel() { writer.cancel() }
}
