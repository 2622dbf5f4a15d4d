import Records
import SystemIO

/// What a read asks of one segment.
struct RegionRequest {
    var offset: Int64
    /// No record at or after this.
    var limit: Int64
    var maxBytes: Int
    var minOneBatch: Bool
    /// Bytes of the segment that count.
    var size: Int64
    /// Where the next segment begins, or the log ends.
    var nextBase: Int64
}

extension Segment {
    struct Region {
        var position: Int64
        var byteCount: Int
        var firstOffset: Int64
        var nextOffset: Int64
    }

    enum RegionOutcome {
        case found(Region)
        /// There is a batch, and it is larger than asked for.
        case tooLarge
        /// The next batch, which begins at that offset, reaches past the limit.
        case beyond(Int64)
        /// No batch here holds the offset or follows it.
        case none
    }

    /// Whole batches that hold the offset or follow it. Their headers alone are looked at, where their bytes are known to be whole; others are
    /// read and checked first, once.
    func region(_ request: RegionRequest) throws -> RegionOutcome {
        guard request.size > 0 else { return .none }
        var position: Int64
        // What the batch there has to begin with: its base offset is not under the checksum.
        var expected = request.offset
        if let hinted = hint(request.offset), hinted < request.size {
            position = hinted
        } else {
            guard let first = try find(request.offset, size: request.size, nextBase: request.nextBase) else { return .none }
            if first.header.lastOffset >= request.limit { return .beyond(first.header.baseOffset) }
            position = first.position
            expected = first.header.baseOffset
        }
        let start = position
        while true {
            switch try region(at: position, expected, request) {
            case .region(let found):
                if found.byteCount == 0 { return .tooLarge }
                noteHint(offset: found.nextOffset, position: found.position + Int64(found.byteCount), replacing: request.offset)
                return .found(found)
            case .none: return .none
            case .beyond(let offset): return .beyond(offset)
            case .damaged(let reason):
                let minimum = start == position ? baseOffset : request.offset
                let resumed = try nextWholeBatch(after: position, size: request.size, minimumOffset: minimum)
                guard let resumed, resumed.header.baseOffset <= request.offset else {
                    throw LogError.corruptBatch(
                        file: path, position: position, resumeOffset: resumed?.header.baseOffset ?? request.nextBase, reason: reason)
                }
                if resumed.header.lastOffset >= request.limit { return .beyond(resumed.header.baseOffset) }
                position = resumed.position
                expected = resumed.header.baseOffset
            }
        }
    }

    private enum Outcome {
        case region(Region)
        case beyond(Int64)
        case none
        case damaged(RecordError)
    }

    private func region(at position: Int64, _ expected: Int64, _ request: RegionRequest) throws -> Outcome {
        let target = min(request.size, position + Int64(request.maxBytes))
        if isVerified(position..<target), let found = try hopped(from: position, expected, target, request) { return found }
        return try checked(from: position, expected, target, request)
    }

    /// By headers: `nil` where one is not as it should be.
    private func hopped(from position: Int64, _ expected: Int64, _ target: Int64, _ request: RegionRequest) throws -> Outcome? {
        guard let first = try batch(at: position, size: request.size),
            first.header.baseOffset == expected || (isSparse && first.header.baseOffset > expected)
        else { return nil }
        guard first.header.lastOffset < request.limit else { return .beyond(first.header.baseOffset) }
        var found = Region(position: position, byteCount: 0, firstOffset: first.header.baseOffset, nextOffset: first.header.baseOffset)
        if first.end > target {
            guard request.minOneBatch else { return .region(found) }
            guard isVerified(position..<first.end) else { return nil }
        }
        if target == request.size, request.limit >= request.nextBase, first.end <= target {
            found.byteCount = Int(target - position)
            found.nextOffset = request.nextBase
            return .region(found)
        }
        // The index leads near the end; what it says is believed where the log agrees.
        var last = first
        let entry = try withIndexes { try $0.offsets.last(beforePosition: target, offset: request.limit) }
        if let entry, entry.position > position, let near = try batch(at: entry.position, size: request.size),
            near.header.lastOffset == entry.offset
        {
            if near.end > target {
                found.byteCount = Int(near.position - position)
                found.nextOffset = near.header.baseOffset
                return .region(found)
            }
            last = near
        }
        var scanner = scanner(from: last, checksums: false, size: request.size)
        var end = position
        while case .batch(let next) = try scanner.next() {
            guard next.header.lastOffset < request.limit, next.end <= target || next.position == position else { break }
            end = next.end
            found.nextOffset = next.header.nextOffset
        }
        guard end > position else { return nil }
        found.byteCount = Int(end - position)
        return .region(found)
    }

    /// Reads at least one batch at `position`, checks checksums, and keeps whole ones.
    private func checked(from position: Int64, _ expected: Int64, _ target: Int64, _ request: RegionRequest) throws -> Outcome {
        var scanner = BatchScanner(
            file: file, position: position, size: request.size, nextOffset: expected, checksums: true, isSparse: isSparse)
        var found = Region(position: position, byteCount: 0, firstOffset: -1, nextOffset: -1)
        defer { noteVerified(position..<position + Int64(found.byteCount)) }
        while true {
            switch try scanner.next() {
            case .end: return found.byteCount > 0 ? .region(found) : .none
            case .damaged(let reason):
                // What is whole goes out; the next read meets the damage first.
                return found.byteCount > 0 ? .region(found) : .damaged(reason)
            case .batch(let batch):
                if batch.header.lastOffset >= request.limit {
                    return found.byteCount > 0 ? .region(found) : .beyond(batch.header.baseOffset)
                }
                if found.byteCount == 0 {
                    found.firstOffset = batch.header.baseOffset
                    found.nextOffset = batch.header.baseOffset
                    if batch.end > target, !request.minOneBatch { return .region(found) }
                } else if batch.end > target {
                    return .region(found)
                }
                found.byteCount = Int(batch.end - position)
                found.nextOffset = batch.header.nextOffset
                if batch.end >= target { return .region(found) }
            }
        }
    }
}
