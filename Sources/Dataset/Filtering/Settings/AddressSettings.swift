/// Which pages are refused by their address alone; keys as in datatrove, lists in the recipe or in files.
///
/// Files have one entry a line; lines that start with "#" are skipped. The words given here are a short list of the
/// usual kind, meant to be replaced: an empty list turns a rule off.
public struct AddressSettings: FilterParameters {
    public static let filterName = "url"

    /// Domains; each refuses itself and everything below it.
    public var extraDomains: [String] = []
    public var domainsFile = ""
    /// Whole addresses.
    public var extraURLs: [String] = []
    public var urlsFile = ""
    /// Words that refuse by themselves, as words between signs.
    public var bannedWords = ["porn", "porno", "xxx", "hentai", "milf", "camgirls", "pornstar", "bdsm"]
    public var bannedWordsFile = ""
    /// Strings that refuse wherever they stand when all but letters and digits is left out.
    public var bannedSubwords = ["xvideos", "xhamster", "pornhub", "youporn", "redtube", "freeporn", "sexcam", "livesex"]
    public var bannedSubwordsFile = ""
    /// Words of which `softWordThreshold` different ones refuse.
    public var softBannedWords = [
        "adult", "babes", "casino", "dating", "erotic", "escort", "fetish", "gambling", "nude", "poker", "sex", "sexy",
        "slots", "teen", "viagra", "webcam",
    ]
    public var softBannedWordsFile = ""
    public var softWordThreshold = 2

    public init() {}

    enum CodingKeys: String, CodingKey, CaseIterable {
        case extraDomains = "extra_domains"
        case domainsFile = "domains_file"
        case extraURLs = "extra_urls"
        case urlsFile = "urls_file"
        case bannedWords = "banned_words"
        case bannedWordsFile = "banned_words_file"
        case bannedSubwords = "banned_subwords"
        case bannedSubwordsFile = "banned_subwords_file"
        case softBannedWords = "soft_banned_words"
        case softBannedWordsFile = "soft_banned_words_file"
        case softWordThreshold = "soft_word_threshold"
    }

    init(from decoder: any Decoder, standard: Self, more: [String]) throws {
        let settings = try StrictSettings(decoder, of: Self.filterName, CodingKeys.self, more: more)
        extraDomains = try settings.value(.extraDomains, standard.extraDomains)
        domainsFile = try settings.value(.domainsFile, standard.domainsFile)
        extraURLs = try settings.value(.extraURLs, standard.extraURLs)
        urlsFile = try settings.value(.urlsFile, standard.urlsFile)
        bannedWords = try settings.value(.bannedWords, standard.bannedWords)
        bannedWordsFile = try settings.value(.bannedWordsFile, standard.bannedWordsFile)
        bannedSubwords = try settings.value(.bannedSubwords, standard.bannedSubwords)
        bannedSubwordsFile = try settings.value(.bannedSubwordsFile, standard.bannedSubwordsFile)
        softBannedWords = try settings.value(.softBannedWords, standard.softBannedWords)
        softBannedWordsFile = try settings.value(.softBannedWordsFile, standard.softBannedWordsFile)
        softWordThreshold = try settings.count(.softWordThreshold, standard.softWordThreshold)
    }
}
