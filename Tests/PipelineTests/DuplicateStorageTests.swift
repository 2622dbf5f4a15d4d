import Deduplication
import Foundation
import StateStore
import Testing

@testable import Pipeline

@Suite struct DuplicateStorageTests {
    /// Texts with copies and near-copies of earlier ones.
    private func texts(_ count: Int) -> [String] {
        var random = SystemlessRandom(7)
        var texts: [String] = []
        for index in 0..<count {
            if index > 10, random.next() % 3 == 0 {
                var words = texts[Int(random.next() % UInt64(texts.count))].split(separator: " ").map(String.init)
                for _ in 0..<(random.next() % 4) { words[Int(random.next() % UInt64(words.count))] = "changed\(random.next() % 50)" }
                texts.append(words.joined(separator: " "))
            } else {
                texts.append((0..<120).map { _ in "w\(random.next() % 4000)" }.joined(separator: " "))
            }
        }
        return texts
    }

    @Test func decisionsOnDiskAreThoseInMemoryAlsoAcrossAReopening() throws {
        let folder = NSTemporaryDirectory() + "leat-dedup-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var maker = try SignatureMaker()
        let memory = try NearDuplicateIndex(storage: InMemoryDuplicateStorage())
        var state: StateStore? = try StateStore(folder: folder)
        var disk = try NearDuplicateIndex(storage: StateDuplicateStorage(try #require(state).store(named: "index")))
        var duplicates = 0
        for (number, text) in texts(400).enumerated() {
            let signature = maker.signature(of: text)
            let expected = try memory.decide(document: UInt64(number), signature: signature)
            #expect(try disk.decide(document: UInt64(number), signature: signature) == expected)
            if case .duplicate = expected { duplicates += 1 }
            if number % 90 == 89 {
                state?.takeChanges { _, _, _ in }
                try state?.commit(changelogOffset: Int64(number))
                disk = try NearDuplicateIndex(storage: InMemoryDuplicateStorage())
                state = nil
                state = try StateStore(folder: folder)
                disk = try NearDuplicateIndex(storage: StateDuplicateStorage(try #require(state).store(named: "index")))
            }
        }
        #expect(duplicates > 50)
    }
}
