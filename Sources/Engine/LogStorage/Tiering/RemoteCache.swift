import Synchronization

/// Pieces of remote objects in memory, within a bound, the least recently used going first: shared by all partitions, so that one who reads from the
/// beginning costs large sequential reads and no more memory than this. Safe from any thread.
public final class RemoteCache: Sendable {
    /// Bytes of one read from the store.
    public let pieceBytes: Int
    private let limit: Int
    private let state = Mutex(State())

    struct Key: Hashable, Sendable {
        var object: String
        var piece: Int64
    }

    private struct State {
        var pieces: [Key: (bytes: [UInt8], used: UInt64)] = [:]
        var size = 0
        var clock: UInt64 = 0
        var fetched = 0
    }

    /// `limitBytes`: of all pieces together; `pieceBytes`: at most a quarter of it.
    public init(limitBytes: Int = 64 << 20, pieceBytes: Int = 8 << 20) {
        limit = max(limitBytes, 4096)
        self.pieceBytes = max(1024, min(pieceBytes, limit / 4))
    }

    /// How many reads went to the store so far.
    public var fetchCount: Int { state.withLock { $0.fetched } }
    public var byteCount: Int { state.withLock { $0.size } }

    func piece(_ key: Key, _ fetch: () throws -> [UInt8]) throws -> [UInt8] {
        let held: [UInt8]? = state.withLock { state in
            state.clock += 1
            state.pieces[key]?.used = state.clock
            return state.pieces[key]?.bytes
        }
        if let held { return held }
        let bytes = try fetch()
        state.withLock { state in
            state.fetched += 1
            guard bytes.count <= limit, state.pieces[key] == nil else { return }
            while state.size + bytes.count > limit, let oldest = state.pieces.min(by: { $0.value.used < $1.value.used })?.key {
                state.size -= state.pieces.removeValue(forKey: oldest)?.bytes.count ?? 0
            }
            state.pieces[key] = (bytes, state.clock)
            state.size += bytes.count
        }
        return bytes
    }
}
