/// One document on its way through a chain: the text as the filters so far have left it, cut once for all of them.
struct DocumentState {
    let input: FilterInput
    /// The canonical code.
    let language: String
    let rules: WordRules
    /// The rewritten text; nil while it is the input's.
    private(set) var rewritten: String?
    private var text: String
    private var known: TextSegmentation?

    init(_ input: FilterInput) {
        self.input = input
        language = LanguageCode.canonical(input.language)
        rules = WordRules(language: language)
        text = input.text
        text.makeContiguousUTF8()
    }

    /// The text's words and lines; cut at the first call.
    mutating func segmentation() -> TextSegmentation {
        if let known { return known }
        let rules = rules
        let made = text.withUTF8 { TextSegmentation(bytes: $0, rules: rules) }
        known = made
        return made
    }

    mutating func withText<Result>(_ body: (UnsafeBufferPointer<UInt8>, TextSegmentation) -> Result) -> Result {
        let segmentation = segmentation()
        return text.withUTF8 { body($0, segmentation) }
    }

    /// Goes on with a rewritten text, whose words need no cutting.
    mutating func take(_ new: RewrittenText) {
        text = String(decoding: new.bytes, as: UTF8.self)
        rewritten = text
        known = new.segmentation()
    }
}
