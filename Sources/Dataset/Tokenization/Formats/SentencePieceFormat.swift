// A SentencePiece model: the protobuf message ModelProto (sentencepiece_model.proto).
//   1 pieces, repeated: {1 piece: string, 2 score: float, 3 type: 1 normal (default), 2 unknown, 3 control, 4 user-defined, 5 unused, 6 byte}; a piece's place is its id.
//   2 trainer_spec: {3 model_type: 1 unigram, 2 BPE, 3 word, 4 char; 24 treat_whitespace_as_suffix; 35 byte_fallback; …}
//   3 normalizer_spec: {2 precompiled_charsmap: bytes, 3 add_dummy_prefix (default true), 4 remove_extra_whitespaces (default true), 5 escape_whitespaces (default true)}

struct SentencePieceFormat {
    enum Kind: UInt64 {
        case normal = 1
        case unknown = 2
        case control = 3
        case userDefined = 4
        case unused = 5
        case byte = 6
    }

    struct Piece {
        var text: Range<Int> = 0..<0
        var score: Float = 0
        var kind = Kind.normal
    }

    private(set) var pieces: [Piece] = []
    private(set) var modelType: UInt64 = 1
    private(set) var fallsBackToBytes = false
    private(set) var spaceIsSuffix = false
    private(set) var hasCharacterMap = false
    private(set) var addsDummyPrefix = true
    private(set) var removesExtraSpaces = true
    private(set) var escapesSpaces = true
    let file: VocabularyFile

    init(_ file: VocabularyFile) throws(TokenizerError) {
        self.file = file
        var scanner = ProtobufScanner(file.bytes.span, 0..<file.bytes.count)
        do throws(ProtobufScanner.Damage) {
            while let (number, value) = try scanner.next() {
                guard case .bytes(let range) = value else { continue }
                switch number {
                case 1:
                    guard pieces.count < TokenTableBuilder.identifierLimit else {
                        throw ProtobufScanner.Damage(offset: range.lowerBound)
                    }
                    pieces.append(try Self.piece(file, range))
                case 2: try readTrainer(range)
                case 3: try readNormalizer(range)
                default: break
                }
            }
        } catch {
            throw file.damaged(at: error.offset, "no SentencePiece model")
        }
        guard !pieces.isEmpty else { throw file.damaged(at: 0, "a SentencePiece model without pieces") }
    }

    private static func piece(_ file: VocabularyFile, _ range: Range<Int>) throws(ProtobufScanner.Damage) -> Piece {
        var piece = Piece()
        var scanner = ProtobufScanner(file.bytes.span, range)
        while let (number, value) = try scanner.next() {
            switch (number, value) {
            case (1, .bytes(let text)): piece.text = text
            case (2, .number(let bits)): piece.score = Float(bitPattern: UInt32(truncatingIfNeeded: bits))
            case (3, .number(let kind)):
                guard let kind = Kind(rawValue: kind) else { throw ProtobufScanner.Damage(offset: range.lowerBound) }
                piece.kind = kind
            default: break
            }
        }
        return piece
    }

    private mutating func readTrainer(_ range: Range<Int>) throws(ProtobufScanner.Damage) {
        let bytes = file.bytes
        var scanner = ProtobufScanner(bytes.span, range)
        while let (number, value) = try scanner.next() {
            switch (number, value) {
            case (3, .number(let type)): modelType = type
            case (24, .number(let flag)): spaceIsSuffix = flag != 0
            case (35, .number(let flag)): fallsBackToBytes = flag != 0
            default: break
            }
        }
    }

    private mutating func readNormalizer(_ range: Range<Int>) throws(ProtobufScanner.Damage) {
        let bytes = file.bytes
        var scanner = ProtobufScanner(bytes.span, range)
        while let (number, value) = try scanner.next() {
            switch (number, value) {
            case (2, .bytes(let map)): hasCharacterMap = !map.isEmpty
            case (3, .number(let flag)): addsDummyPrefix = flag != 0
            case (4, .number(let flag)): removesExtraSpaces = flag != 0
            case (5, .number(let flag)): escapesSpaces = flag != 0
            default: break
            }
        }
    }

    func text(_ piece: Piece) -> ArraySlice<UInt8> { file.bytes[piece.text] }
}

extension Tokenizer {
    static func sentencePiece(
        name: String, _ file: VocabularyFile, usesLibrary: Bool = false
    ) throws(TokenizerError) -> Tokenizer {
        let format = try SentencePieceFormat(file)
        let controls = format.pieces.enumerated().compactMap { identifier, piece -> NamedToken? in
            guard piece.kind == .control, !piece.text.isEmpty else { return nil }
            return (String(decoding: format.text(piece), as: UTF8.self), UInt32(identifier))
        }
        return try Tokenizer(
            name: name, files: [file.path], model: .sentencePiece(SentencePieceModel(format, usesLibrary: usesLibrary)),
            special: controls, size: format.pieces.count)
    }
}
