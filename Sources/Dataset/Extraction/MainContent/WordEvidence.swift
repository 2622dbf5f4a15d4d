/// What the first words of a block speak for, by the learned weights of words.
struct WordEvidence: Sendable {
    /// Over the first twelve words, with the weights learned from short blocks.
    private(set) var mean: Float = 0
    private(set) var low: Float = 0
    private(set) var high: Float = 0
    /// Over all hashed words, with the weights learned from longer blocks.
    private(set) var longMean: Float = 0
    private(set) var longLow: Float = 0
    private(set) var longHigh: Float = 0

    static let shortWords = 12

    init(_ hashes: ArraySlice<UInt32>) {
        guard !hashes.isEmpty else { return }
        for hash in hashes.prefix(WordEvidence.shortWords) {
            let weight = ContentModel.textWords.weight(of: hash)
            low = min(low, weight)
            high = max(high, weight)
            mean += weight
        }
        mean /= Float(min(hashes.count, WordEvidence.shortWords))
        for hash in hashes {
            let weight = ContentModel.longTextWords.weight(of: hash)
            longLow = min(longLow, weight)
            longHigh = max(longHigh, weight)
            longMean += weight
        }
        longMean /= Float(hashes.count)
    }
}
