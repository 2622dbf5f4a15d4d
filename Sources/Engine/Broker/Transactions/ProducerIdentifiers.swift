// `<data>/log/producer-ids`, text: the first producer id that no block holds, and a line break.

import Synchronization
import SystemIO

/// Producer ids that are given out once in the life of a data folder: taken from durable blocks, so that most cost no I/O.
final class ProducerIdentifiers: Sendable {
    static let blockSize: Int64 = 1_000

    private struct Block {
        var next: Int64
        var end: Int64
    }

    private let path: String
    private let fileSystem: any FileSystem
    private let block: Mutex<Block>

    /// `atLeast`: the first id that no producer of the logs has.
    init(folder: String, fileSystem: any FileSystem, atLeast: Int64) throws {
        path = folder + "/log/producer-ids"
        self.fileSystem = fileSystem
        var next = atLeast
        if try fileSystem.fileExists(path) {
            let text = String(decoding: try fileSystem.readFile(path, limit: 64), as: UTF8.self)
            guard text.hasSuffix("\n"), let reserved = Int64(text.dropLast()), reserved >= 0 else {
                throw BrokerError(.damaged, "\(path): this is no number of a producer id; remove the file, and ids go on behind those in the logs")
            }
            next = max(next, reserved)
        }
        block = Mutex(Block(next: next, end: next))
    }

    func next() throws -> Int64 {
        try block.withLock { block in
            if block.next == block.end {
                let end = block.end + Self.blockSize
                try fileSystem.replaceFile(path, with: Array("\(end)\n".utf8))
                block.end = end
            }
            defer { block.next += 1 }
            return block.next
        }
    }
}
