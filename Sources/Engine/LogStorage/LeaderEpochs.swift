// leader-epoch-checkpoint (Kafka's LeaderEpochCheckpointFile.java), text:
//   0                 the version
//   <count>
//   <epoch> <start offset>   one line for each epoch, ascending

import SystemIO

/// Which leader epoch began at which offset.
struct LeaderEpochs: Sendable, Equatable {
    struct Entry: Sendable, Equatable {
        var epoch: Int32
        var startOffset: Int64
    }

    private(set) var entries: [Entry] = []

    var latest: Int32? { entries.last?.epoch }

    /// Notes that a batch of `epoch` begins at `offset`; answers whether that was news.
    mutating func note(epoch: Int32, offset: Int64) -> Bool {
        guard epoch >= 0, epoch > (entries.last?.epoch ?? -1) else { return false }
        entries.append(Entry(epoch: epoch, startOffset: offset))
        return true
    }

    /// Drops what begins at or after `offset`.
    mutating func truncate(toOffset offset: Int64) { entries.removeAll { $0.startOffset >= offset } }

    /// Keeps one entry for the offsets before `offset`, and moves its start there.
    mutating func removePrefix(before offset: Int64) {
        guard let current = entries.lastIndex(where: { $0.startOffset <= offset }) else { return }
        entries.removeFirst(current)
        entries[0].startOffset = max(entries[0].startOffset, offset)
    }

    /// The last epoch not above `epoch`, and where it ends: what a consumer asks to find out whether the log was cut.
    func end(of epoch: Int32, logEnd: Int64) -> (epoch: Int32, endOffset: Int64)? {
        guard let index = entries.lastIndex(where: { $0.epoch <= epoch }) else { return nil }
        let end = index + 1 < entries.count ? entries[index + 1].startOffset : logEnd
        return (entries[index].epoch, end)
    }

    /// The epoch that held at an offset; `nil` before the first that is known.
    func epoch(at offset: Int64) -> Int32? { entries.last { $0.startOffset <= offset }?.epoch }

    /// The file's content; `nil` where there is none, or a malformed one.
    static func read(_ files: LogFiles, fileSystem: any FileSystem) throws -> LeaderEpochs? {
        guard try fileSystem.fileExists(files.leaderEpochs) else { return nil }
        return LeaderEpochs(try fileSystem.readFile(files.leaderEpochs, limit: 16 << 20))
    }

    func encode() -> [UInt8] {
        Array("0\n\(entries.count)\n".utf8) + entries.flatMap { Array("\($0.epoch) \($0.startOffset)\n".utf8) }
    }

    /// `nil` for anything malformed: the epochs are then read from the batches.
    init?(_ bytes: [UInt8]) {
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        guard lines.count >= 2, lines[0] == "0", Int(lines[1]) == lines.count - 2 else { return nil }
        for line in lines.dropFirst(2) {
            let parts = line.split(separator: " ")
            guard parts.count == 2, let epoch = Int32(parts[0]), let offset = Int64(parts[1]), offset >= 0,
                note(epoch: epoch, offset: offset)
            else { return nil }
        }
    }

    init() {}
}
