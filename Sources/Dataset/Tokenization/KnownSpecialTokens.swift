/// Special tokens that a vocabulary file in tiktoken form does not name itself.
enum KnownSpecialTokens {
    /// Llama 3's 256, from the first id after the tokens on, in the order of llama-models' tokenizer.py.
    static func llama3(from first: UInt32) -> [(text: String, identifier: UInt32)] {
        let named = [
            "begin_of_text", "end_of_text", "reserved_special_token_0", "reserved_special_token_1",
            "finetune_right_pad_id", "step_id", "start_header_id", "end_header_id", "eom_id", "eot_id", "python_tag",
            "image",
        ]
        let reserved = (2..<(256 - named.count + 2)).map { "reserved_special_token_\($0)" }
        return (named + reserved).enumerated().map { ("<|\($1)|>", first + UInt32($0)) }
    }

    /// Those of OpenAI's encodings (tiktoken_ext/openai_public.py).
    static let cl100k: [(text: String, identifier: UInt32)] = [
        ("<|endoftext|>", 100_257), ("<|fim_prefix|>", 100_258), ("<|fim_middle|>", 100_259),
        ("<|fim_suffix|>", 100_260), ("<|endofprompt|>", 100_276),
    ]
    static let o200k: [(text: String, identifier: UInt32)] = [("<|endoftext|>", 199_999), ("<|endofprompt|>", 200_018)]
    static let gpt2: [(text: String, identifier: UInt32)] = [("<|endoftext|>", 50_256)]

    /// Texts that end a document, the likeliest first; the first that a vocabulary has is its end of document.
    static let endsOfDocument = [
        "<|endoftext|>", "<|end_of_text|>", "<｜end▁of▁sentence｜>", "</s>", "<|eos|>", "<eos>", "<|im_end|>",
    ]
}
