/// Says which language a text is in, by a fastText model (lid.176 or one in GlotLID's form).
///
/// The text is prepared as the models were trained: one line, line feeds and U+0000 as blanks, a line feed at the end.
/// Units: bytes of UTF-8; scores are probabilities, 0 to 1 (FineWeb keeps English from 0.65 up).
/// Threads: a value that shares one read-only model; any number of threads may identify with it at once.
/// Limits: at most `limitBytes` of a text are read, cut between scalars; memory is a copy of that part.
/// Source: Joulin et al., "Bag of Tricks for Efficient Text Classification" (2016), arXiv 1607.01759.
public struct LanguageIdentifier: Sendable {
    /// Where ops/setup puts the model, from the checkout's folder.
    public static let setupModelPath = ".local/models/lid.176.ftz"

    /// Most bytes of one text that are read.
    public var limitBytes: Int

    private let model: LanguageModel

    /// Loads a model. Takes milliseconds and about its file's size: make one and share it.
    public init(modelPath: String = setupModelPath, limitBytes: Int = 64 << 10) throws(LanguageError) {
        model = try LanguageModel(path: modelPath)
        self.limitBytes = max(limitBytes, 4)
    }

    /// The language codes that the model knows.
    public var codes: [String] { model.labels.map(\.code) }

    /// The language of a whole text in UTF-8.
    public func identify(_ utf8: Span<UInt8>) throws(LanguageError) -> IdentifiedLanguage {
        let limit = limitBytes
        let line = utf8.withUnsafeBufferPointer { Self.prepare($0, limitBytes: limit) }
        var scripts = ScriptCounter()
        line.withUnsafeBufferPointer { scripts.count($0) }
        if scripts.isEmpty { return .undetermined }
        var failure: LanguageError?
        let found = line.withUnsafeBufferPointer { line -> [(label: LanguageLabel, score: Float)] in
            do throws(LanguageError) {
                return try model.predict(line)
            } catch {
                failure = error
                return []
            }
        }
        if let failure { throw failure }
        guard let best = found.first else { return .undetermined }
        return IdentifiedLanguage(
            best: .init(code: best.label.code, score: best.score),
            second: found.dropFirst().first.map { .init(code: $0.label.code, score: $0.score) },
            script: best.label.script ?? scripts.dominant)
    }

    public func identify(_ utf8: [UInt8]) throws(LanguageError) -> IdentifiedLanguage {
        try identify(utf8.span)
    }

    /// The language of each paragraph (a line with more than white space), each bounded like a whole text.
    ///
    /// Paragraphs of fewer than `fewestBytes` are left out: a few words say little about their language.
    public func identifyParagraphs(
        _ utf8: Span<UInt8>, fewestBytes: Int = 40
    ) throws(LanguageError) -> [ParagraphLanguage] {
        var paragraphs: [ParagraphLanguage] = []
        var start = 0
        while start < utf8.count {
            var end = start
            while end < utf8.count, utf8[end] != 0x0A { end += 1 }
            if end - start >= max(fewestBytes, 1) {
                let language = try identify(utf8.extracting(start..<end))
                if language != .undetermined { paragraphs.append(.init(bytes: start..<end, language: language)) }
            }
            start = end + 1
        }
        return paragraphs
    }

    /// One line as in training. fastText parts words at any ASCII white space and at NUL, so line feeds are what matters.
    static func prepare(_ utf8: UnsafeBufferPointer<UInt8>, limitBytes: Int) -> [UInt8] {
        var count = min(utf8.count, limitBytes)
        if count < utf8.count {
            // Not inside a scalar: continuation bytes are 10xxxxxx.
            while count > 0, utf8[count] & 0xC0 == 0x80 { count -= 1 }
        }
        return [UInt8](unsafeUninitializedCapacity: count + 1) { line, written in
            for i in 0..<count {
                let byte = utf8[i]
                line[i] = byte == 0x0A || byte == 0x0D || byte == 0 ? 0x20 : byte
            }
            line[count] = 0x0A
            written = count + 1
        }
    }
}
