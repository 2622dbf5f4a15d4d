import CRocksDB
import Synchronization

/// The memory that all state stores of a process share: one block cache (data, index and filter blocks), and one budget of
/// write buffers.
///
/// The C API of RocksDB 7.8 has no write-buffer manager, so the budget is granted at opening: a store gets what it asks for as long
/// as that is at most a quarter of what is left for one of its two buffers, then less, and never below ``leastWriteBufferBytes``.
/// A hundred stores on the default budget thus still open, with smaller buffers, and the sum stays near the budget.
public final class StateMemory: Sendable {
    /// 64 MiB of blocks and 96 MiB of write buffers.
    public static let standard = StateMemory(blockCacheBytes: 64 * 1024 * 1024, writeBufferBytes: 96 * 1024 * 1024)

    static let leastWriteBufferBytes = 256 * 1024

    public let blockCacheBytes: Int
    public let writeBufferBytes: Int
    private let granted = Mutex(0)
    private let cache: SharedCache

    public init(blockCacheBytes: Int, writeBufferBytes: Int) {
        self.blockCacheBytes = max(blockCacheBytes, 1024 * 1024)
        self.writeBufferBytes = max(writeBufferBytes, 1024 * 1024)
        cache = SharedCache(byteCount: self.blockCacheBytes)
    }

    /// Bytes of blocks held now.
    public var cachedByteCount: Int { rocksdb_cache_get_usage(cache.handle) }

    /// Bytes of write buffers granted to the open stores now.
    public var grantedByteCount: Int { granted.withLock { $0 } }

    var blockCache: OpaquePointer { cache.handle }

    /// The size of one write buffer for a store that asks for `wanted`; give twice that back with `release`.
    func grant(_ wanted: Int) -> Int {
        granted.withLock { granted in
            let left = max(0, writeBufferBytes - granted)
            let size = max(Self.leastWriteBufferBytes, min(wanted, left / 4))
            granted += 2 * size
            return size
        }
    }

    func release(_ size: Int) { granted.withLock { $0 -= 2 * size } }

    /// Owns the cache. `@unchecked Sendable`: RocksDB's LRU cache locks its shards itself, and the pointer never changes.
    private final class SharedCache: @unchecked Sendable {
        let handle: OpaquePointer

        init(byteCount: Int) { handle = rocksdb_cache_create_lru(byteCount) }

        deinit { rocksdb_cache_destroy(handle) }
    }
}
