@testable import Deduplication
import Testing

@Suite struct NearDuplicateIndexTests {
    private func decide(_ texts: [String], _ settings: DeduplicationSettings = DeduplicationSettings()) throws -> [DuplicateDecision] {
        var maker = try SignatureMaker(settings)
        let index = try NearDuplicateIndex(settings, storage: InMemoryDuplicateStorage())
        return try texts.enumerated().map { try index.decide(document: UInt64($0), signature: maker.signature(of: $1)) }
    }

    @Test func decidesAsTheExactJaccardSays() throws {
        var stream = TextStream(seed: 11)
        let texts = (0..<400).map { _ in stream.next() }
        var settings = DeduplicationSettings()
        // Many bands of few rows: every pair near the threshold is met, so decisions must be those of the definition.
        settings.bands = 100
        settings.rows = 3
        settings.threshold = 0.7
        let decisions = try decide(texts, settings)
        let sets = texts.map { NaiveShingles.shingles($0) }
        let words = texts.map { $0.split(whereSeparator: \.isWhitespace) }
        var duplicates = 0
        for (document, decision) in decisions.enumerated() {
            let same = words[..<document].firstIndex(of: words[document])
            let values = (0..<document).map { NaiveShingles.jaccard(sets[document], sets[$0]) }
            switch decision {
            case .unique:
                #expect(same == nil && (values.max() ?? 0) < settings.threshold)
            case .duplicate(let match):
                duplicates += 1
                #expect(match.isSameText == (same != nil))
                #expect(match.jaccard == (same == nil ? values.max() : 1))
                if let same { #expect(match.of == UInt64(same)) }
                #expect(match.of < document && match.survivor <= match.of)
                #expect(decisions[Int(match.survivor)] == .unique)
            }
        }
        #expect(duplicates > 80 && duplicates < 350, "\(duplicates) duplicates")
    }

    @Test func theSameOrderGivesTheSameDecisions() throws {
        var stream = TextStream(seed: 12)
        let texts = (0..<300).map { _ in stream.next() }
        #expect(try decide(texts) == decide(texts))
    }

    @Test func aSignatureFromTheLogDecidesAsItsOriginal() throws {
        var stream = TextStream(seed: 13)
        var maker = try SignatureMaker()
        let direct = try NearDuplicateIndex(storage: InMemoryDuplicateStorage())
        let logged = try NearDuplicateIndex(storage: InMemoryDuplicateStorage())
        for document in UInt64(0)..<200 {
            let signature = maker.signature(of: stream.next())
            let decision = try direct.decide(document: document, signature: signature)
            #expect(try signature.encode().withUnsafeBytes { try logged.decide(document: document, encoded: $0) } == decision)
        }
    }

    @Test func findsANearDuplicateOfADroppedDocument() throws {
        // Each differs from the one before in three words, and from the first in too many.
        var words = (0..<150).map { "word\($0)" }
        var texts = [words.joined(separator: " ")]
        for step in 0..<4 {
            for word in 0..<3 { words[step * 30 + word * 10] = "other\(step)x\(word)" }
            texts.append(words.joined(separator: " "))
        }
        var settings = DeduplicationSettings()
        settings.bands = 100
        settings.rows = 3
        settings.threshold = 0.75
        for (document, decision) in try decide(texts, settings).enumerated().dropFirst() {
            guard case .duplicate(let match) = decision else {
                Issue.record("document \(document) survived")
                continue
            }
            #expect(match.of == UInt64(document - 1) && match.survivor == 0 && match.jaccard >= 0.75)
        }
    }

    @Test func shortTextsAreComparedWhole() throws {
        let decisions = try decide(["hello", "hello world", " hello ", "", "\n", "hello world!"])
        #expect(decisions[0] == .unique && decisions[1] == .unique && decisions[3] == .unique && decisions[5] == .unique)
        #expect(decisions[2] == .duplicate(.init(of: 0, jaccard: 1, isSameText: true, survivor: 0)))
        #expect(decisions[4] == .duplicate(.init(of: 3, jaccard: 1, isSameText: true, survivor: 3)))
    }

    @Test func refusesOtherSettingsAndSecondTurns() throws {
        var maker = try SignatureMaker()
        let text = "one two three four five six"
        var settings = DeduplicationSettings()
        settings.seed = 1
        let other = try NearDuplicateIndex(settings, storage: InMemoryDuplicateStorage())
        #expect(throws: DeduplicationError.self) { try other.decide(document: 1, signature: maker.signature(of: text)) }
        let index = try NearDuplicateIndex(storage: InMemoryDuplicateStorage())
        _ = try index.decide(document: 1, signature: maker.signature(of: text))
        #expect(throws: DeduplicationError.alreadyDecided(document: 1)) {
            try index.decide(document: 1, signature: maker.signature(of: text))
        }
    }

    @Test func aBucketKeepsItsOldestAndItsNewest() {
        var bucket: [UInt8] = []
        for document in UInt64(0)..<100 {
            bucket = bucket.withUnsafeBytes { stored in DuplicateBucket.withAppended(document, to: stored) { [UInt8]($0) } }
        }
        var members: [UInt64] = []
        bucket.withUnsafeBytes { DuplicateBucket.members($0) { members.append($0) } }
        #expect(members == Array(0..<16) + Array(84..<100))
    }

    @Test func hundredsOfLikeTextsStayOneCluster() throws {
        let base = (0..<200).map { "word\($0)" }
        let texts = (0..<300).map { number in
            var words = base
            words[number % 200] = "edit\(number)"
            return words.joined(separator: " ")
        }
        let decisions = try decide(texts)
        #expect(decisions.filter { $0 == .unique }.count == 1)
    }
}
