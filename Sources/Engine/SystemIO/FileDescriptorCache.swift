import CPosix
import Synchronization

/// Keeps at most so many files open, however many there are: an idle file costs no descriptor.
///
/// A ``CachedFile`` opens itself when it is used and may be closed again when others need the room: the one not used for longest, roughly
/// (the clock algorithm). Files with writes that are not synced stay open, since a failed write-back is reported through a descriptor that was open
/// when it happened; when nothing else can be closed, the file is synced first. Safe from any thread.
public final class FileDescriptorCache: Sendable {
    public let fileSystem: any FileSystem
    /// How many files stay open.
    public let limit: Int
    private let ring = Mutex(Ring())

    private struct Entry {
        weak var file: CachedFile?
        var isInUse = false
    }

    private struct Ring {
        var entries: [Entry] = []
        var free: [Int] = []
        var hand = 0
        var count: Int { entries.count - free.count }
    }

    /// `limit`: by default half of what the process may open, at most 1,024.
    public init(fileSystem: any FileSystem, limit: Int? = nil) {
        self.fileSystem = fileSystem
        self.limit = max(4, limit ?? Int(min(1024, leat_descriptor_limit() / 2)))
    }

    /// The file at `path`, which is not touched yet. `exists`: it is there; otherwise it is made when it is first written.
    /// `mayCloseUnsynced`: nothing depends on hearing of its failed write-backs, as with what can be made again.
    public func file(_ path: String, exists: Bool, mayCloseUnsynced: Bool = false) -> CachedFile {
        CachedFile(path: path, exists: exists, mayCloseUnsynced: mayCloseUnsynced, cache: self)
    }

    /// How many files are open now.
    public var openCount: Int { ring.withLock { $0.count } }

    /// Notes that `file` is open; closes others where there are too many. Called with no lock held.
    func admit(_ file: CachedFile) -> Int {
        let (slot, excess) = ring.withLock { ring in
            let slot = ring.free.popLast() ?? ring.entries.count
            if slot == ring.entries.count { ring.entries.append(Entry()) }
            ring.entries[slot] = Entry(file: file, isInUse: true)
            return (slot, ring.count - limit)
        }
        if excess > 0 { makeRoom(excess, besides: file) }
        return slot
    }

    /// The file in `slot` was closed or is gone.
    func leave(_ slot: Int) {
        ring.withLock { ring in
            guard ring.entries[slot].isInUse else { return }
            ring.entries[slot] = Entry()
            ring.free.append(slot)
        }
    }

    private func makeRoom(_ count: Int, besides newcomer: CachedFile) {
        var left = count
        // First round: those not used since the hand last passed; second: any that is clean; third: unsynced ones, synced.
        for round in 0..<3 where left > 0 {
            var steps = ring.withLock { $0.entries.count }
            while left > 0, steps > 0 {
                steps -= 1
                let candidate: CachedFile? = ring.withLock { ring in
                    ring.hand = (ring.hand + 1) % max(1, ring.entries.count)
                    return ring.entries[ring.hand].file
                }
                guard let candidate, candidate !== newcomer else { continue }
                let isPatient = round == 0 || (round == 2 && ring.withLock { $0.count } <= 2 * limit)
                if round == 2, isPatient { return }
                if candidate.closeIfIdle(sparingUsed: round == 0, synchronizing: round == 2) { left -= 1 }
            }
        }
    }
}
