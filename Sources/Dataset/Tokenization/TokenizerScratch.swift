/// One thread's working memory for encoding: merge buffers and a cache of recent pieces, about 1 MiB.
///
/// Not `Sendable`: make one for each thread or task and pass it to every call. It may serve several tokenizers in turn, but then forgets its cache at each change.
public final class TokenizerScratch {
    let parts = PartBuffer()
    let cache = PieceCache()
    /// Whether merging a token's bytes gives that very token, as far as it has been asked, by id.
    private(set) var wholeTokens: UnsafeMutablePointer<WholeToken>
    private var wholeTokenCapacity = 0
    /// For long pieces.
    var window = WindowBuffer()
    var pair = WindowBuffer()
    /// Bytes that a tokenizer rewrites before it cuts them.
    var rewritten: [UInt8] = []
    private var owner: ObjectIdentifier?

    enum WholeToken: UInt8, BitwiseCopyable {
        case unknown
        case whole
        case divided
    }

    public init() { wholeTokens = .allocate(capacity: 1) }

    deinit {
        parts.free()
        cache.free()
        wholeTokens.deallocate()
    }

    /// Forgets what was remembered for another vocabulary.
    func prepare(for vocabulary: Vocabulary) {
        guard owner != ObjectIdentifier(vocabulary) else { return }
        if owner != nil { cache.clear() }
        owner = ObjectIdentifier(vocabulary)
        // Keeps the vocabulary alive, so that its address cannot become another's.
        held = vocabulary
        let count = vocabulary.table.identifierLimit
        if wholeTokenCapacity < count {
            wholeTokens.deallocate()
            wholeTokens = .allocate(capacity: count)
            wholeTokenCapacity = count
        }
        wholeTokens.initialize(repeating: .unknown, count: wholeTokenCapacity)
    }

    private var held: Vocabulary?
}
