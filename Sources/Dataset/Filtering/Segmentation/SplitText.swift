/// What cutting a text into words gives.
struct SplitText {
    var words: [Word]
    /// White space stands at the end that the sentence splitter takes for a token.
    var endsInWideSpace: Bool
    /// Some white space may be a line break other than "\n".
    var mayHaveRareBreaks: Bool
}
