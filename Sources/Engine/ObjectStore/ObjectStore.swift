/// What one store says of one object.
public struct ObjectEntry: Sendable, Hashable {
    /// The name within the store: components separated by "/".
    public let key: String
    public let bytes: UInt64

    public init(key: String, bytes: UInt64) {
        self.key = key
        self.bytes = bytes
    }
}

/// Named objects that are written whole and read whole or in part: a folder, or a bucket.
///
/// A reader never sees half an object: `put` and a writer's `finish` publish at once, after the bytes are durable. Keys are paths of components separated by
/// "/", at most 1,024 bytes, without ".", ".." and empty components. All operations wait; call them from threads that may. Errors: ``ObjectStoreError``.
public protocol ObjectStore: Sendable {
    /// The folder's path or the bucket's URL, without credentials.
    var location: String { get }

    /// The object's bytes, or those in `range` (as far as the object has them); `tooLarge` where they are more than `limit`.
    func get(_ key: String, range: Range<UInt64>?, limit: Int) throws(ObjectStoreError) -> [UInt8]

    /// The object as a stream that can be taken up anywhere.
    func open(_ key: String) throws(ObjectStoreError) -> any ByteSource

    /// Writes the object, in place of one of that name.
    func put(_ key: String, _ bytes: [UInt8]) throws(ObjectStoreError)

    /// Writes the object unless there is one of that name, which is `alreadyExists`; of many who try at once one succeeds.
    func putIfAbsent(_ key: String, _ bytes: [UInt8]) throws(ObjectStoreError)

    /// Begins an object that is written piece by piece and appears when it is finished.
    func write(_ key: String) throws(ObjectStoreError) -> any ObjectWriter

    /// All objects whose keys begin with `prefix`, ordered by the bytes of their keys.
    func list(prefix: String) throws(ObjectStoreError) -> [ObjectEntry]

    /// Removes the object; none of that name is no error.
    func delete(_ key: String) throws(ObjectStoreError)

    /// The object's length, or nil where there is none.
    func size(_ key: String) throws(ObjectStoreError) -> UInt64?
}

/// An object being written piece by piece. One thread at a time. Unless finished it leaves nothing behind (after `cancel`, at the latest).
public protocol ObjectWriter: AnyObject {
    func write(_ bytes: UnsafeRawBufferPointer) throws(ObjectStoreError)
    /// Makes the object durable and visible.
    func finish() throws(ObjectStoreError)
    /// Gives the object up.
    func cancel()
}

extension ObjectStore {
    public func get(_ key: String) throws(ObjectStoreError) -> [UInt8] { try get(key, range: nil, limit: 1 << 30) }
}

/// The rule for keys, which is what keeps a name from outside within the store.
enum ObjectKey {
    static func check(_ key: String, in location: String) throws(ObjectStoreError) {
        let parts = key.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let isSound =
            !key.isEmpty && key.utf8.count <= 1024 && !key.utf8.contains(0)
            && parts.allSatisfy {
                !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8) && $0.count <= 255
            }
        guard isSound else {
            throw ObjectStoreError(
                .invalidRequest, at: location,
                "\"\(key.prefix(100))\" is no key: components of at most 255 bytes, separated by single slashes, without . and .."
            )
        }
    }
}
