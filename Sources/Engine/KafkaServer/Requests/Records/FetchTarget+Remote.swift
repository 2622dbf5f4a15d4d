import Broker
import LogStorage

extension FetchTarget {
    /// Whether what is asked for is no more on this machine's disk. Waits for nothing.
    func isInRemoteStore(_ core: ServerCore) -> Bool {
        guard let log = try? core.broker.partition(partition) else { return false }
        return offset >= log.startOffset && offset < log.localStartOffset
    }

    /// Has the remote store's bytes for this in the cache. What fails, fails again, and is told, when it is read for the answer.
    func fetchAhead(_ core: ServerCore, upTo end: ReadLimit) {
        guard let log = try? core.broker.partition(partition) else { return }
        let limit = min(maximumBytes, core.limits.maximumFetchBytes)
        _ = try? log.region(from: offset, maxBytes: limit, upTo: end, minOneBatch: true)
    }
}
