/// Sentences as spaCy's sentencizer has them: a mark must be a word of its own; the next word that is neither a mark nor
/// punctuation starts a sentence. So “...” ends none, and “etc.” ends none.
enum SentenceCounting {
    /// The number of sentences in some neighbouring words.
    ///
    /// White space wider than one blank is a token to the sentencizer, and starts a sentence like a word; before the first
    /// word it makes no difference.
    static func count(_ words: ArraySlice<Word>, endsInWideSpace: Bool) -> Int {
        if words.isEmpty { return endsInWideSpace ? 1 : 0 }
        var count = 1
        var isMarkSeen = false
        for index in words.indices {
            let traits = words[index].traits
            if isMarkSeen, traits.contains(.afterWideSpace) {
                count += 1
                isMarkSeen = false
            }
            if traits.contains(.sentenceMark) {
                isMarkSeen = true
            } else if isMarkSeen, !traits.contains(.punctuation) {
                count += 1
                isMarkSeen = false
            }
        }
        return isMarkSeen && endsInWideSpace ? count + 1 : count
    }
}
