@testable import Deduplication
import Testing

@Suite struct RemovalTests {
    private let storage = InMemoryDuplicateStorage()
    private var maker: SignatureMaker
    private let index: NearDuplicateIndex

    init() throws {
        maker = try SignatureMaker()
        index = try NearDuplicateIndex(storage: storage)
    }

    private static let text = (0..<100).map { "word\($0)" }.joined(separator: " ")

    private mutating func decide(_ document: UInt64, _ text: String) throws -> DuplicateDecision {
        try index.decide(document: document, signature: maker.signature(of: text))
    }

    @Test mutating func removingASurvivorPromotesTheNext() throws {
        _ = try decide(10, Self.text)
        _ = try decide(20, Self.text + " more")
        _ = try decide(30, Self.text + " still")
        #expect(try index.remove(document: 10) == DuplicateRemoval(wasSurvivor: true, promoted: 20))
        guard case .duplicate(let match) = try decide(40, Self.text + " more again") else {
            Issue.record("the cluster was lost")
            return
        }
        #expect(match.of == 20 && match.survivor == 20)
        for document in [20, 30, 40] as [UInt64] { #expect(try index.survivor(for: document) == 20) }
        #expect(try index.survivor(for: 10) == nil)
        #expect(try index.remove(document: 30) == DuplicateRemoval(wasSurvivor: false, promoted: nil))
        #expect(try index.remove(document: 20) == DuplicateRemoval(wasSurvivor: true, promoted: 40))
        #expect(try index.remove(document: 40) == DuplicateRemoval(wasSurvivor: true, promoted: nil))
        #expect(storage.entryCount == 0)
        #expect(try decide(50, Self.text) == .unique)
    }

    @Test mutating func aCopyTakesOverItsText() throws {
        _ = try decide(1, Self.text)
        _ = try decide(2, " " + Self.text)
        _ = try decide(3, Self.text + "\n")
        #expect(try index.remove(document: 1) == DuplicateRemoval(wasSurvivor: true, promoted: 2))
        #expect(try decide(4, Self.text) == .duplicate(.init(of: 2, jaccard: 1, isSameText: true, survivor: 2)))
        guard case .duplicate(let match) = try decide(5, Self.text + " x") else {
            Issue.record("the text was lost")
            return
        }
        #expect(match.of == 2 && match.survivor == 2)
        for document in UInt64(2)...5 { #expect(try index.remove(document: document) != nil) }
        #expect(try index.remove(document: 9) == nil)
        #expect(storage.entryCount == 0)
    }

    @Test mutating func removalsInAnyOrderLeaveNothing() throws {
        var random = Seeded(7)
        var stream = TextStream(seed: 8)
        for document in UInt64(0)..<200 { _ = try decide(document, stream.next()) }
        for document in (UInt64(0)..<200).shuffled(using: &random) { #expect(try index.remove(document: document) != nil) }
        #expect(storage.entryCount == 0)
    }
}
