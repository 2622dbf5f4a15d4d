@testable import Deduplication
import Testing

@Suite struct MinHasherTests {
    private func set(_ count: Int, _ random: inout Seeded) -> [UInt32] {
        var all: Set<UInt32> = []
        while all.count < count { all.insert(UInt32.random(in: 0...(.max), using: &random)) }
        return all.sorted().shuffled(using: &random)
    }

    @Test func allKernelsGiveTheSameValues() throws {
        var random = Seeded(1)
        for (bands, rows) in [(14, 8), (1, 1), (9, 13), (16, 8), (20, 20), (3, 5)] {
            var settings = DeduplicationSettings()
            settings.bands = bands
            settings.rows = rows
            let hashers = try MinHasher.Kernel.allCases.map { try MinHasher(settings, kernel: $0) }
            for count in [0, 1, 2, 17, 300] {
                let shingles = ShingleSet(set(count, &random).sorted())
                let minima = hashers.map { $0.minima(of: shingles) }
                #expect(minima[0].count == bands * rows)
                #expect(minima[0] == minima[1] && minima[0] == minima[2])
                #expect(hashers[0].bandKeys(of: shingles) == hashers[2].bandKeys(of: shingles))
                #expect(hashers[0].bandKeys(of: shingles).count == (count == 0 ? 0 : bands))
            }
        }
    }

    /// The mean square of the estimate's error must be what independent hash functions would leave, j(1 − j)/k; bias must be nil.
    @Test(arguments: [0.1, 0.5, 0.8, 0.95])
    func theEstimateErrsNoMoreThanTheory(jaccard: Double) throws {
        var random = Seeded(UInt64(jaccard * 100))
        let hasher = try MinHasher()
        let functions = Double(hasher.settings.bands * hasher.settings.rows)
        let union = 400
        let shared = Int((Double(union) * jaccard).rounded())
        var sum = 0.0
        var squares = 0.0
        let rounds = 400
        for _ in 0..<rounds {
            let all = set(union, &random)
            let alone = (union - shared) / 2
            let first = hasher.minima(of: ShingleSet(all[..<(shared + alone)].sorted()))
            let second = hasher.minima(of: ShingleSet((Array(all[..<shared]) + all[(shared + alone)...]).sorted()))
            let equal = zip(first, second).reduce(0) { $0 + ($1.0 == $1.1 ? 1 : 0) }
            let error = Double(equal) / functions - Double(shared) / Double(union)
            sum += error
            squares += error * error
        }
        let expected = jaccard * (1 - jaccard) / functions
        let measured = squares / Double(rounds)
        #expect(abs(sum / Double(rounds)) < 4 * (expected / Double(rounds)).squareRoot())
        #expect(measured < 1.3 * expected && measured > 0.7 * expected, "\(measured) against \(expected)")
    }

    @Test func theSeedChoosesTheFunctions() throws {
        var random = Seeded(9)
        let shingles = ShingleSet(set(50, &random).sorted())
        var settings = DeduplicationSettings()
        let first = try MinHasher(settings).bandKeys(of: shingles)
        #expect(try MinHasher(settings).bandKeys(of: shingles) == first)
        settings.seed += 1
        #expect(try Set(MinHasher(settings).bandKeys(of: shingles)).isDisjoint(with: first))
        #expect(settings.digest != DeduplicationSettings().digest)
    }

    @Test func refusesSettingsOutOfBounds() {
        for (bands, rows, threshold) in [(0, 8, 0.8), (14, 0, 0.8), (600, 8, 0.8), (14, 8, 0), (14, 8, 1.1), (14, 8, .nan)] {
            var settings = DeduplicationSettings()
            settings.bands = bands
            settings.rows = rows
            settings.threshold = threshold
            #expect(throws: DeduplicationError.self) { try MinHasher(settings) }
        }
    }
}
