/// Why a page could not be extracted. A page without any text is no error: its `ExtractedPage.text` is empty.
public enum ExtractionError: Error, Equatable, Sendable, CustomStringConvertible {
    /// There was no memory for the tree of a page of this many bytes.
    case outOfMemory(pageBytes: Int)
    /// The HTML parser gave up on a page of this many bytes.
    case parserFailed(pageBytes: Int)

    public var description: String {
        switch self {
        case .outOfMemory(let bytes):
            "no memory to parse a page of \(bytes) bytes: lower PageExtractor.Settings.maximumPageBytes"
        case .parserFailed(let bytes):
            "the HTML parser gave up on a page of \(bytes) bytes"
        }
    }
}
