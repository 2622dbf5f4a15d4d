// GPT-2's two files. encoder.json (vocab.json elsewhere): one JSON object, token in the byte-level alphabet to id.
// vocab.bpe (merges.txt elsewhere): text; a first line "#version: …", then one merge a line, "left right" in the same alphabet, the most frequent first.
// Source: encoder.py of GPT-2's release.

extension Vocabulary {
    static func readGPT2(encoder: VocabularyFile, merges: VocabularyFile) throws(TokenizerError) -> Vocabulary {
        var scanner = JSONScanner(encoder.bytes.span)
        var tokens = ByteLevelTokens()
        do throws(JSONScanner.Refusal) {
            try tokens.readVocabulary(&scanner)
        } catch {
            throw encoder.refused(error, at: scanner.position)
        }
        let table = try tokens.freeze(encoder)
        var list = MergeList(table: table)
        let text = merges.bytes
        var line = 0
        while line < text.count {
            let end = text[line...].firstIndex(of: 0x0A) ?? text.count
            defer { line = end + 1 }
            if end == line || line == 0 && text[line] == UInt8(ascii: "#") { continue }
            guard list.add(text, line..<end) else {
                throw merges.damaged(at: line, "no merge of two tokens into a third")
            }
        }
        guard let vocabulary = Vocabulary(table: table, rule: list.rule, wholePieces: .ifMergesAgree) else {
            throw .unsupported(path: encoder.path, feature: "a vocabulary that lacks some of the 256 bytes")
        }
        return vocabulary
    }
}
