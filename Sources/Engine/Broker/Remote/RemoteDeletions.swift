// `<data>/log/remote-deletions`, text, written anew and renamed for each change; no file means none:
//   line 1:  leat-remote-deletions 1
//   then a line a topic: its id, 32 hexadecimal digits
// A topic is noted before it leaves the catalogue, and crossed out after its last object is gone: a crash at any moment leaves it noted.

import Synchronization
import SystemIO

/// Deleted topics whose objects may still be in the remote store. Thread rule: any thread.
final class RemoteDeletions: Sendable {
    private static let heading = "leat-remote-deletions 1"
    private let path: String
    private let fileSystem: any FileSystem
    /// Held over the file's writing, so that the file is never older than what a caller was told.
    private let identifiers: Mutex<Set<String>>

    /// `present`: ids of the catalogue's topics, which a crash may have noted without deleting them.
    init(folder: String, fileSystem: any FileSystem, present: Set<String>) throws {
        path = folder + "/log/remote-deletions"
        self.fileSystem = fileSystem
        guard try fileSystem.fileExists(path) else {
            identifiers = Mutex([])
            return
        }
        let lines = String(decoding: try fileSystem.readFile(path, limit: 64 << 20), as: UTF8.self).split(separator: "\n")
        guard lines.first == Self.heading[...], lines.dropFirst().allSatisfy({ $0.utf8.count == 32 && $0.allSatisfy(\.isHexDigit) }) else {
            throw BrokerError(
                .damaged, "\(path): this is no list of deleted topics; without the file their objects stay in the remote store, and nothing else is lost")
        }
        identifiers = Mutex(Set(lines.dropFirst().map(String.init)).subtracting(present))
    }

    var pending: [String] { identifiers.withLock { $0.sorted() } }

    func note(_ added: [String]) throws {
        guard !added.isEmpty else { return }
        try change { $0.formUnion(added) }
    }

    func crossOut(_ identifier: String) throws { try change { $0.remove(identifier) } }

    private func change(_ body: (inout Set<String>) -> Void) throws {
        try identifiers.withLock { identifiers in
            var changed = identifiers
            body(&changed)
            let text = ([Self.heading] + changed.sorted()).map { $0 + "\n" }.joined()
            try fileSystem.replaceFile(path, with: Array(text.utf8))
            identifiers = changed
        }
    }
}
