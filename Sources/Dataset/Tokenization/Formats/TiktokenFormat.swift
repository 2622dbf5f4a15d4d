// The tiktoken form: text, one token a line: base64 of the token's bytes, one blank, its rank in decimal.
// The rank is the id and the order of merging. Lines end with a line feed; empty lines mean nothing.
// Source: `load_tiktoken_bpe` in tiktoken's load.py.

extension VocabularyFile {
    /// The tokens of a file in tiktoken form.
    func readTiktoken() throws(TokenizerError) -> TokenTable {
        var builder = TokenTableBuilder()
        builder.reserve(tokens: bytes.count / 14)
        let text = bytes.span
        var token: [UInt8] = []
        var line = 0
        while line < text.count {
            var blank = line
            while blank < text.count, text[blank] != 0x20, text[blank] != 0x0A { blank += 1 }
            guard blank < text.count || blank > line else { break }
            if blank == line && text[line] == 0x0A {
                line += 1
                continue
            }
            token.removeAll(keepingCapacity: true)
            guard blank < text.count, text[blank] == 0x20, Base64.decode(text, line..<blank, into: &token) else {
                throw damaged(at: line, "no base64 and rank")
            }
            var position = blank + 1
            var rank = 0
            while position < text.count, 0x30...0x39 ~= text[position], position - blank <= 9 {
                rank = rank * 10 + Int(text[position] - 0x30)
                position += 1
            }
            guard position > blank + 1, position == text.count || text[position] == 0x0A else {
                throw damaged(at: blank, "no rank")
            }
            do throws(TokenTableBuilder.Refusal) {
                try builder.add(token.span, identifier: rank)
            } catch {
                throw refused(error, at: line)
            }
            line = position + 1
        }
        do throws(TokenTableBuilder.Refusal) {
            return try builder.freeze()
        } catch {
            throw refused(error, at: 0)
        }
    }

    /// Whether the file begins as one in tiktoken form does.
    var looksLikeTiktoken: Bool {
        let line = bytes.prefix(while: { $0 != 0x0A }).prefix(4096)
        guard let blank = line.firstIndex(of: 0x20) else { return false }
        var token: [UInt8] = []
        return Base64.decode(bytes.span, 0..<blank, into: &token)
            && line[(blank + 1)...].allSatisfy { 0x30...0x39 ~= $0 }
    }
}
