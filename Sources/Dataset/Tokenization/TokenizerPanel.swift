/// Every tokenizer installed in a folder, side by side: for comparing their ids with a reference.
public struct TokenizerPanel: Sendable {
    /// The tokenizers, by name in order.
    public let tokenizers: [Tokenizer]

    /// Loads all of ``Tokenizer/installed(in:)``, or those named.
    public init(folder: String, names: [String]? = nil) throws(TokenizerError) {
        var tokenizers: [Tokenizer] = []
        for name in names ?? Tokenizer.installed(in: folder) {
            tokenizers.append(try Tokenizer.load(name: name, folder: folder))
        }
        self.tokenizers = tokenizers
    }

    /// The ids of one text under each label.
    ///
    /// A tokenizer's name is the label of its ids as its own library gives them. `llama3_specials` comes besides, special tokens recognised, for texts that contain one.
    public func encode(
        _ text: String, scratches: inout [TokenizerScratch]
    ) throws(TokenizerError) -> [(label: String, identifiers: [UInt32])] {
        while scratches.count < tokenizers.count { scratches.append(TokenizerScratch()) }
        var results: [(label: String, identifiers: [UInt32])] = []
        for (index, tokenizer) in tokenizers.enumerated() {
            var identifiers: [UInt32] = []
            try tokenizer.encode(text, into: &identifiers, scratch: scratches[index])
            results.append((tokenizer.name, identifiers))
            if tokenizer.name == "llama3", tokenizer.containsSpecialToken(text) {
                var recognised: [UInt32] = []
                try tokenizer.encode(text, specialTokens: .recognised, into: &recognised, scratch: scratches[index])
                results.append(("llama3_specials", recognised))
            }
        }
        return results
    }
}

extension Tokenizer {
    /// Whether one of the special tokens stands in the text.
    public func containsSpecialToken(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { text in
            specialTokens.firstMatch(in: text, from: 0) != nil || laterTokens.firstMatch(in: text, from: 0) != nil
        }
    }
}
