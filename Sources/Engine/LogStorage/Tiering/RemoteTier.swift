import Records
import Synchronization

/// One partition's part of the remote store: its manifest, and reading from it. Safe from any thread; one writer at a time.
final class RemoteTier: Sendable {
    let store: any RemoteSegmentStore
    let key: String
    private let cache: RemoteCache
    private let writer: UInt64
    private let held: Mutex<(version: Int64, manifest: RemoteManifest)>
    private let hints = Mutex(ReadHints())

    /// Reads the newest manifest.
    init(store: any RemoteSegmentStore, key: String, cache: RemoteCache, writer: UInt64) throws {
        self.writer = writer
        self.store = store
        self.key = key
        self.cache = cache
        held = Mutex(try Self.newest(store, key))
    }

    var manifest: RemoteManifest { held.withLock { $0.manifest } }

    private static func newest(_ store: any RemoteSegmentStore, _ key: String) throws -> (Int64, RemoteManifest) {
        let prefix = "\(key)/manifest/"
        guard let name = try store.list(prefix).max(), let version = Int64(name.dropFirst(prefix.count)) else { return (0, RemoteManifest()) }
        guard let manifest = RemoteManifest(try store.get(name, range: 0..<manifestLimit)) else {
            throw LogError.damagedFile(path: name, reason: "it is no whole manifest of a tiered partition")
        }
        return (version, manifest)
    }

    /// Makes `manifest` the newest. Throws `fencedTier` when somebody else has written one since.
    func publish(_ manifest: RemoteManifest) throws {
        var manifest = manifest
        manifest.writer = writer
        let bytes = manifest.encode()
        var version = held.withLock { $0.version } + 1
        while try !store.claim(manifestName(version), bytes) {
            // It may be our own, of a call whose answer was lost.
            guard let written = RemoteManifest(try store.get(manifestName(version), range: 0..<Self.manifestLimit)), written.writer == writer else {
                throw LogError.fencedTier(partition: key)
            }
            held.withLock { $0 = (version, written) }
            if written == manifest { break }
            version += 1
        }
        // Versions that were superseded are removed, so a free name alone proves nothing.
        if let newest = try store.list("\(key)/manifest/").max(), newest > manifestName(version) {
            try? store.delete(manifestName(version))
            throw LogError.fencedTier(partition: key)
        }
        held.withLock { $0 = (version, manifest) }
        // The one before stays, for a reader who has just found it.
        if version > 2 { try? store.delete(manifestName(version - 2)) }
    }

    /// A line is about 150 bytes, and a partition has some ten thousands of segments at most.
    private static let manifestLimit: Int64 = 64 << 20

    private func manifestName(_ version: Int64) -> String { "\(key)/manifest/\(LogFiles.digits(version))" }
    func logName(_ segment: RemoteManifest.Segment) -> String { "\(key)/segments/\(segment.name).log" }
    func bundleName(_ segment: RemoteManifest.Segment) -> String { "\(key)/segments/\(segment.name).bundle" }

    /// Removes objects of segments that no manifest has any more: those that end at or before its start.
    func removeExpired() throws {
        let start = manifest.startOffset
        let known = Set(manifest.segments.map(\.name))
        let prefix = "\(key)/segments/"
        for name in try store.list(prefix) {
            let own = name.dropFirst(prefix.count)
            guard let end = Int64(own.dropFirst(21).prefix(20)), end <= start, !known.contains(String(own.prefix { $0 != "." })) else { continue }
            try store.delete(name)
        }
    }

    // MARK: Reading

    /// One part of a segment's bundle: 0 offset index, 1 time index, 2 transaction index, 3 producer snapshot.
    func part(_ index: Int, of segment: RemoteManifest.Segment) throws -> ArraySlice<UInt8> {
        guard segment.parts[index] > 0 else { return [] }
        let name = bundleName(segment)
        let bytes = try cache.piece(.init(object: name, piece: 0)) {
            let bytes = try store.get(name, range: 0..<Int64(segment.bundleSize))
            guard bytes.count == segment.bundleSize, Checksum.crc32c(bytes) == segment.bundleChecksum else {
                throw LogError.damagedFile(path: name, reason: "it is not what was uploaded")
            }
            return bytes
        }
        return bytes[segment.part(index)]
    }

    func abortedTransactions(of segment: RemoteManifest.Segment) throws -> [AbortedTransaction] {
        let bytes = try part(2, of: segment)
        return stride(from: bytes.startIndex, to: bytes.endIndex, by: TransactionIndex.entrySize).map { TransactionIndex.entry(bytes[$0...]) }
    }

    /// Bytes of a segment, pieced together from reads of the cache's size.
    func bytes(of segment: RemoteManifest.Segment, from position: Int64, count: Int) throws -> [UInt8] {
        let end = min(segment.byteCount, position + Int64(count))
        var result: [UInt8] = []
        result.reserveCapacity(Int(max(0, end - position)))
        var place = position
        let size = Int64(cache.pieceBytes)
        let name = logName(segment)
        while place < end {
            let piece = place / size
            let bytes = try cache.piece(.init(object: name, piece: piece)) {
                try store.get(name, range: piece * size..<min(segment.byteCount, (piece + 1) * size))
            }
            let first = Int(place - piece * size)
            let last = Int(min(end - piece * size, size))
            guard last <= bytes.count else { throw LogError.damagedFile(path: name, reason: "it ends before byte \(end)") }
            result.append(contentsOf: bytes[first..<last])
            place = piece * size + Int64(last)
        }
        return result
    }

    struct Found {
        var bytes: [UInt8]
        var firstOffset: Int64
        var nextOffset: Int64
        /// Of its segment in the manifest.
        var segment: Int
    }

    /// Whole batches from the one that holds `offset` on, checked; `nil` past the end of what is here.
    func read(from offset: Int64, limit: Int64, maxBytes: Int, _ manifest: RemoteManifest) throws -> Found? {
        guard var index = manifest.segment(of: offset) else { return nil }
        while index < manifest.segments.count {
            let segment = manifest.segments[index]
            if let found = try read(segment, offset, limit, maxBytes) {
                hints.withLock {
                    $0.note(offset: found.nextOffset, position: found.end, replacing: offset)
                }
                return Found(bytes: found.bytes, firstOffset: found.firstOffset, nextOffset: found.nextOffset, segment: index)
            }
            index += 1
        }
        return nil
    }

    private func read(
        _ segment: RemoteManifest.Segment, _ offset: Int64, _ limit: Int64, _ maxBytes: Int
    ) throws -> (bytes: [UInt8], firstOffset: Int64, nextOffset: Int64, end: Int64)? {
        var position = offset > segment.baseOffset ? try hinted(offset) ?? indexed(segment, offset) : 0
        var wanted = max(maxBytes, 64 << 10)
        while position < segment.byteCount {
            let window = try bytes(of: segment, from: position, count: wanted)
            var start: Int?
            var place = 0
            var first: Int64 = -1
            var next: Int64 = -1
            do throws(RecordError) {
                while place < window.count {
                    let rest = window.span.bytes.extracting(place..<window.count)
                    guard rest.byteCount >= RecordBatchHeader.size else { break }
                    let header = try RecordBatchHeader(rest)
                    if header.byteCount > rest.byteCount {
                        // The first batch goes out however large it is.
                        if start == nil { wanted = max(wanted, place + header.byteCount) }
                        break
                    }
                    if header.lastOffset >= limit || (start.map { place + header.byteCount - $0 > maxBytes } ?? false) { break }
                    if header.lastOffset >= offset {
                        _ = try RecordBatchHeader(checking: rest)
                        if start == nil {
                            start = place
                            first = header.baseOffset
                        }
                        next = header.nextOffset
                    }
                    place += header.byteCount
                }
            } catch {
                guard start != nil else {
                    throw LogError.corruptBatch(
                        file: logName(segment), position: position + Int64(place), resumeOffset: segment.endOffset, reason: error)
                }
            }
            if let start { return (Array(window[start..<place]), first, next, position + Int64(place)) }
            if place == 0, window.count >= wanted || position + Int64(window.count) >= segment.byteCount { return nil }
            position += Int64(place)
        }
        return nil
    }

    private func hinted(_ offset: Int64) -> Int64? { hints.withLock { $0.position(of: offset) } }

    /// Where the index says that a batch begins whose last offset is not above `offset`.
    private func indexed(_ segment: RemoteManifest.Segment, _ offset: Int64) throws -> Int64 {
        let index = try part(0, of: segment)
        var low = 0
        var high = index.count / OffsetIndex.entrySize
        while low < high {
            let middle = (low + high) / 2
            let entry = index[(index.startIndex + middle * OffsetIndex.entrySize)...]
            if segment.baseOffset + Int64(entry.bigEndian(Int32.self, at: 0)) <= offset { low = middle + 1 } else { high = middle }
        }
        guard low > 0 else { return 0 }
        return Int64(index[(index.startIndex + (low - 1) * OffsetIndex.entrySize)...].bigEndian(Int32.self, at: 4))
    }
}
