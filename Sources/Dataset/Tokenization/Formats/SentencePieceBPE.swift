/// Builds our own encoder for a SentencePiece model that is plain byte-pair merging, as Mistral's and Llama 2's are.
///
/// SentencePiece writes a blank as U+2581 ("▁"). Here pieces are kept with the blank itself, and a "▁" in the text is made a blank: the two are the same to the library, and so texts need not be rewritten.
/// No piece may have a blank after another character: then no merge goes over the border before a run of blanks, and each run with what follows it is merged by itself.
extension SentencePieceFormat {
    static let blank: [UInt8] = [0xE2, 0x96, 0x81]

    /// The encoder and the user-defined pieces; nil where the model needs the library.
    func bytePairs() throws(TokenizerError) -> (vocabulary: Vocabulary, userDefined: [Tokenizer.NamedToken])? {
        guard modelType == 2, fallsBackToBytes, !spaceIsSuffix, !hasCharacterMap, !removesExtraSpaces, escapesSpaces
        else {
            return nil
        }
        var builder = TokenTableBuilder()
        builder.reserve(tokens: pieces.count)
        var fallback = [UInt32](repeating: TokenTable.absent, count: 256)
        var userDefined: [Tokenizer.NamedToken] = []
        for (identifier, piece) in pieces.enumerated() {
            let text = text(piece)
            switch piece.kind {
            case .unused: return nil
            case .unknown, .control: break
            case .byte:
                guard let byte = Self.byte(named: text) else { return nil }
                fallback[Int(byte)] = UInt32(identifier)
            case .userDefined:
                // A blank within one would meet the text's blanks unescaped: leave that to the library.
                guard !text.contains(0x20), Self.withBlanks(text).count == text.count else { return nil }
                userDefined.append((String(decoding: text, as: UTF8.self), UInt32(identifier)))
            case .normal:
                guard !text.contains(0x20), let token = Self.leadingBlanksOnly(text) else { return nil }
                do throws(TokenTableBuilder.Refusal) {
                    try builder.add(token.span, identifier: identifier)
                } catch {
                    throw file.refused(error, at: piece.text.lowerBound)
                }
            }
        }
        guard !fallback.contains(TokenTable.absent) else { return nil }
        return (try freeze(builder, fallback), userDefined)
    }

    private func freeze(_ builder: TokenTableBuilder, _ fallback: [UInt32]) throws(TokenizerError) -> Vocabulary {
        do throws(TokenTableBuilder.Refusal) {
            let ranks = FrozenBuffer(ranks())
            return Vocabulary(table: try builder.freeze(), ranks: ranks, fallback: FrozenBuffer(fallback))
        } catch {
            throw file.refused(error, at: 0)
        }
    }

    /// By id: how many better scores there are. Equal scores have equal ranks.
    private func ranks() -> [UInt32] {
        let order = pieces.indices.sorted { pieces[$0].score > pieces[$1].score }
        var ranks = [UInt32](repeating: 0, count: pieces.count)
        var rank: UInt32 = 0
        for (place, identifier) in order.enumerated() {
            if place > 0, pieces[order[place - 1]].score != pieces[identifier].score { rank += 1 }
            ranks[identifier] = rank
        }
        return ranks
    }

    /// "▁" made blanks.
    static func withBlanks(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = text
        while let first = rest.first {
            if first == blank[0] && rest.starts(with: blank) {
                bytes.append(0x20)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(first)
                rest = rest.dropFirst()
            }
        }
        return bytes
    }

    /// The piece with blanks, or nil if one comes after another character.
    private static func leadingBlanksOnly(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let token = withBlanks(text)
        return token.drop(while: { $0 == 0x20 }).contains(0x20) ? nil : token
    }

    /// The byte that "<0x41>" stands for.
    static func byte(named text: ArraySlice<UInt8>) -> UInt8? {
        let name = String(decoding: text, as: UTF8.self)
        guard name.hasPrefix("<0x"), name.hasSuffix(">"), name.utf8.count == 6 else { return nil }
        return UInt8(name.dropFirst(3).dropLast(), radix: 16)
    }
}
