@testable import Deduplication
import Testing

/// Matchers that divide the bands, with a verifier behind them, against the one index.
@Suite struct DividedIndexTests {
    /// What an index of `count` matchers decides, matcher by matcher: each sees all documents before the next one begins.
    private struct Divided {
        var settings: DeduplicationSettings
        var count: Int

        func decide(_ signatures: [[UInt8]]) throws -> [DuplicateDecision] {
            var found = [[DuplicateCandidate]](repeating: [], count: signatures.count)
            for number in 0..<count {
                let matcher = try CandidateMatcher(
                    settings, group: BandGroup(number, of: count, settings: settings), storage: InMemoryDuplicateStorage())
                for (document, signature) in signatures.enumerated() {
                    found[document] += try signature.withUnsafeBytes { try matcher.match(document: UInt64(document), encoded: $0) }
                }
            }
            let verifier = try DuplicateVerifier(settings, storage: InMemoryDuplicateStorage())
            return try signatures.enumerated().map { document, signature in
                try signature.withUnsafeBytes { try verifier.decide(document: UInt64(document), encoded: $0, candidates: found[document]) }
            }
        }
    }

    private func whole(_ signatures: [[UInt8]], _ settings: DeduplicationSettings) throws -> [DuplicateDecision] {
        let index = try NearDuplicateIndex(settings, storage: InMemoryDuplicateStorage())
        return try signatures.enumerated().map { document, signature in
            try signature.withUnsafeBytes { try index.decide(document: UInt64(document), encoded: $0) }
        }
    }

    private func signatures(_ texts: [String], _ settings: DeduplicationSettings) throws -> [[UInt8]] {
        var maker = try SignatureMaker(settings)
        return texts.map { maker.signature(of: $0).encode() }
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func theDivisionDoesNotMatter(seed: UInt64) throws {
        var stream = TextStream(seed: 100 + seed)
        let texts = (0..<350).map { _ in stream.next() }
        var settings = DeduplicationSettings()
        if seed % 3 == 0 {
            // Many candidates, most of them false.
            settings.bands = 40
            settings.rows = 2
            settings.threshold = 0.6
        }
        let signatures = try signatures(texts, settings)
        let expected = try whole(signatures, settings)
        let kinds = expected.map { decision in if case .duplicate(let match) = decision { match.isSameText ? "same" : "near" } else { "unique" } }
        #expect(Set(kinds).count == 3)
        for count in [1, 2, 3, 14] { #expect(try Divided(settings: settings, count: count).decide(signatures) == expected, "\(count) matchers") }
    }

    /// More like texts than a bucket holds and than candidates are looked at: what is left out follows from all of them.
    @Test func fullBucketsAndCandidateListsDoNotDependOnTheDivision() throws {
        var random = Seeded(7)
        let families = (0..<3).map { family in (0..<160).map { "f\(family)w\($0)" } }
        let texts = (0..<400).map { _ -> String in
            var words = families.randomElement(using: &random) ?? []
            for _ in 0..<Int.random(in: 0...9, using: &random) { words[Int.random(in: 0..<160, using: &random)] = "x\(Int.random(in: 0..<200, using: &random))" }
            return words.joined(separator: " ")
        }
        let settings = DeduplicationSettings()
        let signatures = try signatures(texts, settings)
        // The bounds are met: in some list there are more than are looked at.
        let matcher = try CandidateMatcher(settings, group: .whole, storage: InMemoryDuplicateStorage())
        let lengths = try signatures.enumerated().map { document, signature in
            try signature.withUnsafeBytes { try matcher.match(document: UInt64(document), encoded: $0).count }
        }
        #expect((lengths.max() ?? 0) > CandidateList.limit)
        let expected = try whole(signatures, settings)
        for count in [2, 3, 5, 14] { #expect(try Divided(settings: settings, count: count).decide(signatures) == expected, "\(count) matchers") }
    }

    @Test func groupsAreAllBandsEachOnce() throws {
        for bands in [1, 2, 13, 14, 100] {
            var settings = DeduplicationSettings()
            settings.bands = bands
            for count in 1...bands {
                let ranges = try (0..<count).map { try BandGroup($0, of: count, settings: settings).range(of: bands) }
                #expect(ranges.flatMap { Array($0) } == Array(0..<bands))
                #expect(ranges.allSatisfy { $0.count >= bands / count && $0.count <= (bands + count - 1) / count })
                #expect(try BandGroup(count - 1, of: count, settings: settings).range(of: 0).isEmpty)
            }
            #expect(throws: DeduplicationError.self) { try BandGroup(0, of: bands + 1, settings: settings) }
            #expect(throws: DeduplicationError.self) { try BandGroup(1, of: 1, settings: settings) }
        }
    }

    @Test func aSignatureThatAVerifierRefusesIsNoCandidate() throws {
        var maker = try SignatureMaker()
        var other = DeduplicationSettings()
        other.seed = 1
        var strange = try SignatureMaker(other)
        let text = (0..<80).map { "word\($0)" }.joined(separator: " ")
        let matcher = try CandidateMatcher(DeduplicationSettings(), group: .whole, storage: InMemoryDuplicateStorage())
        #expect(throws: DeduplicationError.self) { try strange.signature(of: text).encode().withUnsafeBytes { try matcher.match(document: 1, encoded: $0) } }
        #expect(throws: DeduplicationError.self) { try [UInt8](repeating: 7, count: 50).withUnsafeBytes { try matcher.match(document: 2, encoded: $0) } }
        let near = maker.signature(of: text + " more").encode()
        #expect(try near.withUnsafeBytes { try matcher.match(document: 3, encoded: $0) } == [])
        #expect(try maker.signature(of: text).encode().withUnsafeBytes { try matcher.match(document: 4, encoded: $0) }.map(\.document) == [3])
        // A copy finds nothing, and is nobody's candidate.
        #expect(try near.withUnsafeBytes { try matcher.match(document: 5, encoded: $0) } == [])
        #expect(try maker.signature(of: text + " more still").encode().withUnsafeBytes { try matcher.match(document: 6, encoded: $0) }.map(\.document) == [3, 4])
    }

    @Test func impossibleCandidatesAreAnError() throws {
        var maker = try SignatureMaker()
        let signature = maker.signature(of: "one two three four five six").encode()
        let verifier = try DuplicateVerifier(DeduplicationSettings(), storage: InMemoryDuplicateStorage())
        #expect(try verifier.isEmpty)
        for bands in [0, -1, 513] {
            #expect(throws: DeduplicationError.self) {
                try signature.withUnsafeBytes { try verifier.decide(document: 1, encoded: $0, candidates: [.init(document: 0, sharedBands: bands)]) }
            }
        }
        // One that it does not know is passed over.
        #expect(try signature.withUnsafeBytes { try verifier.decide(document: 1, encoded: $0, candidates: [.init(document: 9, sharedBands: 2)]) } == .unique)
        #expect(try !verifier.isEmpty)
    }
}
