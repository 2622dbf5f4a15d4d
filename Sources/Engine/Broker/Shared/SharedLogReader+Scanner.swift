import Records
import SystemIO

/// A batch, the segment that holds it and where.
struct SharedBatchPlace {
    var file: any File
    var base: Int64
    var position: Int64
    var header: RecordBatchHeader
}

/// Goes from batch header to batch header through a partition's segments, as far as they are written now.
///
/// The end is where no whole batch lies and no later segment is: a batch that is being written, or a tail torn by a crash, looks
/// like that, and the next call looks again. The same in the middle is damage: it is noted, and scanning goes on behind it.
struct SharedBatchScanner {
    private let files: SharedLogFiles
    private var segment: (file: any File, base: Int64)?
    private var position: Int64 = 0
    /// The offset that the next batch has, or a later one.
    private(set) var nextOffset: Int64
    private var buffer: [UInt8] = []
    private var bufferStart: Int64 = 0
    /// Where a search behind damage found nothing; it is not made again before the file grows.
    private var fruitlessSearch: (base: Int64, position: Int64, size: Int64)?
    private(set) var tornTail: SharedLogFinding?
    var findings: [SharedLogFinding] = []

    private static let readSize = 64 << 10
    private static let searchSize = 1 << 20

    /// Begins with the segment at `base` or, where it is gone, with the next one.
    init(files: SharedLogFiles, base: Int64, position: Int64 = 0, nextOffset: Int64? = nil) {
        self.files = files
        self.nextOffset = nextOffset ?? base
        if let file = try? files.fileSystem.open(files.path(base, "log"), .read) { segment = (file, base) }
        self.position = segment == nil ? 0 : position
    }

    mutating func next() throws -> SharedBatchPlace? {
        while true {
            guard let segment else {
                guard try openNextSegment() else { return nil }
                continue
            }
            let size = try segment.file.size()
            if let header = try header(at: position, in: segment.file, size), header.baseOffset >= nextOffset {
                let place = SharedBatchPlace(file: segment.file, base: segment.base, position: position, header: header)
                position += Int64(header.byteCount)
                nextOffset = header.nextOffset
                tornTail = nil
                return place
            }
            let hasSuccessor = try files.segmentBases().contains { $0 > segment.base }
            // The owner may have gone on between the two looks.
            guard try segment.file.size() == size else { continue }
            if position < size, try skipDamage(segment, size, hasSuccessor) { continue }
            guard hasSuccessor else { return nil }
            guard try openNextSegment() else { return nil }
        }
    }

    /// Goes back to a batch that was not whole after all, to look at it again later.
    mutating func wait(at place: SharedBatchPlace, because reason: String) {
        segment = (place.file, place.base)
        position = place.position
        nextOffset = place.header.baseOffset
        bufferStart = 0
        buffer = []
        tornTail = SharedLogFinding(file: place.file.path, position: place.position, reason: reason)
    }

    /// Whether anything whole lies behind what was last returned.
    mutating func hasMore() throws -> Bool {
        var ahead = self
        return try ahead.next() != nil
    }

    private mutating func openNextSegment() throws -> Bool {
        while true {
            let bases = try files.segmentBases()
            let next = bases.first { base in segment.map { base > $0.base } ?? (base >= nextOffset) }
            if next.map({ $0 > nextOffset }) ?? true, try openRewritten(bases) { return true }
            guard let next else { return false }
            do throws(SystemIOError) {
                segment = (try files.fileSystem.open(files.path(next, "log"), .read), next)
            } catch {
                // Retention was faster: look at the list again.
                if error.isNotFound { continue }
                throw error
            }
            // What compaction took is missed by nobody.
            if next > nextOffset, next > files.sparseBelow() {
                findings.append(
                    SharedLogFinding(
                        kind: .gap, file: files.path(next, "log"), position: 0,
                        reason: "offsets \(nextOffset) to \(next - 1) are not there any more (retention removes the oldest); reading goes on at \(next)"))
            }
            nextOffset = max(next, nextOffset)
            position = 0
            buffer = []
            return true
        }
    }

    /// Compaction puts one file in the place of several: what is due may be in a file of an earlier base, which is not the file that was read so far.
    private mutating func openRewritten(_ bases: [Int64]) throws -> Bool {
        guard let base = bases.last(where: { $0 <= nextOffset }), segment == nil || nextOffset < files.sparseBelow() else { return false }
        let file: any File
        do throws(SystemIOError) {
            file = try files.fileSystem.open(files.path(base, "log"), .read)
        } catch {
            // Replaced once more: what is behind it tells.
            if error.isNotFound { return false }
            throw error
        }
        let size = try file.size()
        var place: Int64 = 0
        buffer = []
        defer { buffer = [] }
        while let header = try header(at: place, in: file, size) {
            if header.baseOffset >= nextOffset {
                segment = (file, base)
                position = place
                return true
            }
            place += Int64(header.byteCount)
        }
        return false
    }

    /// Answers whether to go on: at a whole batch behind the damage, or in the next segment.
    private mutating func skipDamage(_ segment: (file: any File, base: Int64), _ size: Int64, _ hasSuccessor: Bool) throws -> Bool {
        let damage = SharedLogFinding(
            file: segment.file.path, position: position, reason: "no whole record batch begins here; offset \(nextOffset) is due")
        if let last = fruitlessSearch, last == (segment.base, position, size) {
        } else if let found = try wholeBatch(behind: position, segment, size) {
            findings.append(damage)
            position = found.position
            nextOffset = found.header.baseOffset
            return true
        } else {
            fruitlessSearch = (segment.base, position, size)
        }
        if hasSuccessor { findings.append(damage) } else { tornTail = damage }
        return false
    }

    /// Bytes within a record may look like a batch, so what is found must have its checksum right and lead, header by header,
    /// exactly to the end of the file.
    private mutating func wholeBatch(behind start: Int64, _ segment: (file: any File, base: Int64), _ size: Int64) throws
        -> SharedBatchPlace?
    {
        var from = start + 1
        while from + Int64(RecordBatchHeader.size) <= size {
            let bytes = try segment.file.read(count: Int(min(Int64(Self.searchSize), size - from)), at: from)
            guard bytes.count >= RecordBatchHeader.size else { return nil }
            for index in 0...bytes.count - RecordBatchHeader.size where bytes[index + 16] == 2 {
                let candidate = from + Int64(index)
                guard let header = try? RecordBatchHeader(bytes[index..<index + RecordBatchHeader.size].span.bytes),
                    header.baseOffset >= nextOffset, header.baseOffset - segment.base <= Int64(Int32.max),
                    Int64(header.byteCount) <= size - candidate
                else { continue }
                let place = SharedBatchPlace(file: segment.file, base: segment.base, position: candidate, header: header)
                if try leadsToEnd(place, size), (try? Self.bytes(of: place)) != nil { return place }
            }
            from += Int64(bytes.count - RecordBatchHeader.size + 1)
        }
        return nil
    }

    private mutating func leadsToEnd(_ place: SharedBatchPlace, _ size: Int64) throws -> Bool {
        var end = place.position
        while end < size {
            guard let header = try header(at: end, in: place.file, size) else { return false }
            end += Int64(header.byteCount)
        }
        return end == size
    }

    /// The header of a batch that fits in the file.
    private mutating func header(at place: Int64, in file: any File, _ size: Int64) throws -> RecordBatchHeader? {
        let needed = RecordBatchHeader.size
        guard place + Int64(needed) <= size else { return nil }
        var start = Int(place - bufferStart)
        if start < 0 || start + needed > buffer.count {
            buffer = try file.read(count: Self.readSize, at: place)
            bufferStart = place
            start = 0
        }
        guard start + needed <= buffer.count else { return nil }
        if let header = try? RecordBatchHeader(buffer[start..<start + needed].span.bytes),
            Int64(header.byteCount) <= size - place
        {
            return header
        }
        // What was read earlier may have been half written then.
        guard start != 0 || buffer.count > needed else { return nil }
        buffer = try file.read(count: needed, at: place)
        bufferStart = place
        guard buffer.count == needed, let header = try? RecordBatchHeader(buffer.span.bytes),
            Int64(header.byteCount) <= size - place
        else {
            buffer = []
            return nil
        }
        return header
    }

    /// The whole batch, its checksum checked. Throws `RecordError` where it is damaged or not yet written.
    static func bytes(of place: SharedBatchPlace) throws -> [UInt8] {
        let bytes = try place.file.read(count: place.header.byteCount, at: place.position)
        let header = try RecordBatchHeader(checking: bytes.span.bytes)
        guard header == place.header else { throw RecordError.truncated(needed: place.header.byteCount, available: 0) }
        return bytes
    }
}

/// Something that a shared reader met and passed over.
public struct SharedLogFinding: Sendable, Equatable, CustomStringConvertible {
    public enum Kind: String, Sendable {
        /// Records that cannot be read.
        case damage
        /// Records that were removed, most often by retention.
        case gap
    }

    public var kind = Kind.damage
    public var file: String
    /// In bytes, from the start of the file.
    public var position: Int64
    public var reason: String

    public var description: String { "\(kind.rawValue): \(file) at byte \(position): \(reason)" }
}
