/// Language codes: fastText's `lid.176` gives ISO 639-1 where there is one, FineWeb-2 and GlotLID ISO 639-3 with a script.
public enum LanguageCode {
    /// The code of three letters, in lower case, without script or country: `de`, `deu`, `deu_Latn`, `DE-at` give `deu`.
    /// A code that is not known stays as it is, without script or country.
    public static func canonical(_ code: String) -> String {
        let language = code.prefix { $0 != "_" && $0 != "-" }.lowercased()
        return threeLetters[language] ?? language
    }

    /// Where a macrolanguage's code is usual, the member that FineWeb-2 has.
    private static let threeLetters: [String: String] = [
        "af": "afr", "ar": "arb", "ara": "arb", "be": "bel", "bg": "bul", "bn": "ben", "ca": "cat", "cs": "ces",
        "cy": "cym", "da": "dan", "de": "deu", "el": "ell", "en": "eng", "eo": "epo", "es": "spa", "et": "ekk",
        "est": "ekk", "eu": "eus", "fa": "fas", "fi": "fin", "fr": "fra", "ga": "gle", "gl": "glg", "gu": "guj",
        "he": "heb", "hi": "hin", "hr": "hrv", "hu": "hun", "hy": "hye", "id": "ind", "is": "isl", "it": "ita",
        "ja": "jpn", "ka": "kat", "kk": "kaz", "km": "khm", "kn": "kan", "ko": "kor", "la": "lat", "lo": "lao",
        "lt": "lit", "lv": "lvs", "lav": "lvs", "mk": "mkd", "ml": "mal", "mn": "khk", "mon": "khk", "mr": "mar",
        "ms": "zsm", "msa": "zsm", "my": "mya", "ne": "npi", "nep": "npi", "nl": "nld", "no": "nob", "nb": "nob",
        "nor": "nob", "nn": "nno", "pa": "pan", "pl": "pol", "pt": "por", "ro": "ron", "ru": "rus", "sk": "slk",
        "sl": "slv", "sq": "als", "sqi": "als", "sr": "srp", "sv": "swe", "sw": "swh", "ta": "tam", "te": "tel",
        "th": "tha", "tl": "fil", "tr": "tur", "uk": "ukr", "ur": "urd", "uz": "uzn", "vi": "vie", "zh": "cmn",
        "zho": "cmn",
    ]
}
