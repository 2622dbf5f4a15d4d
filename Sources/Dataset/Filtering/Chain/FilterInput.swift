/// What the filters are told about one document.
public struct FilterInput: Sendable, Equatable {
    public var text: String
    /// The page's address; empty if unknown.
    public var address: String
    /// The language's code ("en", "deu", "cmn_Hani"), and how sure the identification is, 0 to 1.
    public var language: String
    public var languageScore: Double
    /// Size of the page before extraction, in bytes; 0 if unknown.
    public var pageByteCount: Int

    public init(
        text: String, address: String = "", language: String = "en", languageScore: Double = 1,
        pageByteCount: Int = 0
    ) {
        self.text = text
        self.address = address
        self.language = language
        self.languageScore = languageScore
        self.pageByteCount = pageByteCount
    }
}
