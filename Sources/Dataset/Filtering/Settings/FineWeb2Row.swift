/// FineWeb-2's thresholds for one language (Hugging Face, the configurations beside arXiv 2506.20920).
///
/// The numbers are FineWeb-2's; the stop words are our own short lists of each language's most frequent words.
struct FineWeb2Row {
    var language: String
    var score: Double
    var dupLine: Double
    var top: [Double]
    var dup: [Double]
    var wordLength: ClosedRange<Double>
    var alpha: Double
    var punct: Double
    var newLine: Double
    var stopWords: [String]

    var languageSettings: LanguageSettings {
        var settings = LanguageSettings()
        settings.languageThreshold = score
        return settings
    }

    /// Paragraphs and the characters of repeated lines are not asked for.
    var repetition: GopherRepetitionSettings {
        var settings = GopherRepetitionSettings()
        settings.dupParaFrac = 0
        settings.dupParaCharFrac = 0
        settings.dupLineCharFrac = 0
        settings.dupLineFrac = dupLine
        settings.topNGrams = top.enumerated().map { NGramThreshold($0.offset + 2, $0.element) }
        settings.dupNGrams = dup.enumerated().map { NGramThreshold($0.offset + 5, $0.element) }
        return settings
    }

    var quality: GopherQualitySettings {
        var settings = GopherQualitySettings()
        settings.minAvgWordLength = wordLength.lowerBound
        settings.maxAvgWordLength = wordLength.upperBound
        settings.maxNonAlphaWordsRatio = alpha
        settings.stopWords = stopWords
        settings.minStopWords = stopWords.isEmpty ? 0 : 2
        return settings
    }

    /// Short lines are not asked for: no share is above 1.
    var fineWeb: FineWebSettings {
        var settings = FineWebSettings()
        settings.linePunctThr = punct
        settings.shortLineThr = 1
        settings.charDuplicatesRatio = 0.1
        settings.newLineRatio = newLine
        return settings
    }

    /// For languages without a row: the medians that the published figures give, and Gopher's where they give none.
    static let common = FineWeb2Row(
        language: "", score: 0.3, dupLine: 0.3, top: [0.2, 0.18, 0.16], dup: [0.15, 0.14, 0.13, 0.12, 0.11, 0.1],
        wordLength: 1...20, alpha: 0.7, punct: 0.1, newLine: 0.3, stopWords: [])

    private static func words(_ row: StaticString) -> [String] {
        "\(row)".split(separator: " ").map(String.init)
    }

    static let all = [
        FineWeb2Row(
            language: "deu", score: 0.821, dupLine: 0.263, top: [0.169, 0.153, 0.137],
            dup: [0.141, 0.134, 0.126, 0.117, 0.108, 0.098], wordLength: 0...15, alpha: 0.774, punct: 0, newLine: 0.152,
            stopWords: words("der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an")),
        FineWeb2Row(
            language: "fra", score: 0.824, dupLine: 0.264, top: [0.161, 0.149, 0.134],
            dup: [0.150, 0.141, 0.131, 0.121, 0.111, 0.100], wordLength: 2...11, alpha: 0.812, punct: 0.1, newLine: 0.185,
            stopWords: words("de la le et les des en un une du que est pour qui dans à par sur pas au avec")),
        FineWeb2Row(
            language: "spa", score: 0.840, dupLine: 0.252, top: [0.156, 0.140, 0.125],
            dup: [0.145, 0.136, 0.127, 0.117, 0.108, 0.099], wordLength: 3...14, alpha: 0.825, punct: 0.182, newLine: 0.138,
            stopWords: words("de la que el en y a los del se las por un para con no una su al es lo como")),
        FineWeb2Row(
            language: "rus", score: 0.900, dupLine: 0.322, top: [0.184, 0.164, 0.146],
            dup: [0.168, 0.156, 0.145, 0.133, 0.121, 0.109], wordLength: 3...11, alpha: 0.713, punct: 0.231, newLine: 0.139,
            stopWords: words("и в не на что с по как это к из у за от так но для же то а о бы был")),
        FineWeb2Row(
            language: "arb", score: 0.711, dupLine: 0.304, top: [0.197, 0.172, 0.146],
            dup: [0.165, 0.153, 0.142, 0.131, 0.120, 0.109], wordLength: 2...9, alpha: 0.787, punct: 0.143, newLine: 0.189,
            stopWords: words("في من على أن إلى التي عن مع هذا هذه الذي ما لا و كان بعد بين كل أو")),
        FineWeb2Row(
            language: "cmn", score: 0.692, dupLine: 0.287, top: [0.256, 0.201, 0.171],
            dup: [0.198, 0.182, 0.167, 0.154, 0.140, 0.127], wordLength: 1...5, alpha: 0.735, punct: 0.106, newLine: 0.178,
            stopWords: words("的 在 是 了 和 有 不 人 这 我 也 为 与 中 上 就 等 他 到 一个 对")),
        FineWeb2Row(
            language: "jpn", score: 0.886, dupLine: 0.328, top: [0.239, 0.196, 0.172],
            dup: [0.243, 0.225, 0.207, 0.190, 0.175, 0.159], wordLength: 1...6, alpha: 0.759, punct: 0.096, newLine: 0.130,
            stopWords: words("の に は を た が で て と し れ さ ある いる も する から な こと として い や れる など")),
    ]
}
