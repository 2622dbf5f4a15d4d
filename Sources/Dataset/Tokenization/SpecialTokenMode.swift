/// What a call does with special tokens that stand in the text as text.
public enum SpecialTokenMode: Sendable {
    /// As the library that the vocabulary comes from does unless told otherwise: tiktoken forms and SentencePiece read them as text, Hugging Face's recognise them.
    case likeReference
    /// They are text like any other: nobody's page can end a document.
    case plain
    /// Each becomes its one id.
    case recognised
}
