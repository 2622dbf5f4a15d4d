/// A charset that web pages are written in, by its name in the WHATWG Encoding Standard, in lower case.
///
/// Names are those of the superset that browsers decode with: "iso-8859-1" and "ascii" are `windows-1252`, "tis-620" is
/// `windows-874`, "gb2312" is `gbk`. Charsets outside the standard (UTF-32, ISO-2022-KR and -CN, HZ) are known because
/// crawls hold them; their names follow the same form.
///
/// Source: https://encoding.spec.whatwg.org/ (names and labels).
public enum Charset: String, Sendable, CaseIterable {
    case utf8 = "utf-8"
    case utf16le = "utf-16le"
    case utf16be = "utf-16be"
    case utf32le = "utf-32le"
    case utf32be = "utf-32be"
    case ibm866
    case iso8859_2 = "iso-8859-2"
    case iso8859_3 = "iso-8859-3"
    case iso8859_4 = "iso-8859-4"
    case iso8859_5 = "iso-8859-5"
    case iso8859_6 = "iso-8859-6"
    case iso8859_7 = "iso-8859-7"
    case iso8859_8 = "iso-8859-8"
    case iso8859_10 = "iso-8859-10"
    case iso8859_13 = "iso-8859-13"
    case iso8859_14 = "iso-8859-14"
    case iso8859_15 = "iso-8859-15"
    case iso8859_16 = "iso-8859-16"
    case koi8r = "koi8-r"
    case koi8u = "koi8-u"
    case macintosh
    case windows874 = "windows-874"
    case windows1250 = "windows-1250"
    case windows1251 = "windows-1251"
    case windows1252 = "windows-1252"
    case windows1253 = "windows-1253"
    case windows1254 = "windows-1254"
    case windows1255 = "windows-1255"
    case windows1256 = "windows-1256"
    case windows1257 = "windows-1257"
    case windows1258 = "windows-1258"
    case macCyrillic = "x-mac-cyrillic"
    case gbk
    case gb18030
    case hz = "hz-gb-2312"
    case big5
    case eucJP = "euc-jp"
    case iso2022JP = "iso-2022-jp"
    case iso2022KR = "iso-2022-kr"
    case iso2022CN = "iso-2022-cn"
    case shiftJIS = "shift_jis"
    case eucKR = "euc-kr"

    /// The charset with this canonical name or label, if there is one; see `CharsetLabels`.
    public init?(label: some StringProtocol) {
        guard let charset = CharsetLabels.charset(label) else { return nil }
        self = charset
    }

    /// How the bytes of a charset are turned into text here.
    enum Conversion {
        case utf8
        case utf16(bigEndian: Bool)
        case utf32(bigEndian: Bool)
        /// 256 entries, read once from ICU's converter with this name.
        case singleByte(icu: String)
        /// ICU's converter with this name, opened for each text.
        case multiByte(icu: String)
    }

    /// Every converter here is a superset of what the label says, as in browsers.
    var conversion: Conversion {
        switch self {
        case .utf8: .utf8
        case .utf16le: .utf16(bigEndian: false)
        case .utf16be: .utf16(bigEndian: true)
        case .utf32le: .utf32(bigEndian: false)
        case .utf32be: .utf32(bigEndian: true)
        case .gbk, .gb18030: .multiByte(icu: "gb18030")
        case .hz: .multiByte(icu: "HZ")
        case .big5: .multiByte(icu: "Big5-HKSCS")
        case .eucJP: .multiByte(icu: "euc-jp-2007")
        case .iso2022JP: .multiByte(icu: "ISO-2022-JP-2")
        case .iso2022KR: .multiByte(icu: "ISO-2022-KR")
        case .iso2022CN: .multiByte(icu: "ISO-2022-CN-EXT")
        case .shiftJIS: .multiByte(icu: "ibm-943_P15A-2003")
        case .eucKR: .multiByte(icu: "windows-949-2000")
        case .macintosh: .singleByte(icu: "macos-0_2-10.2")
        case .macCyrillic: .singleByte(icu: "macos-7_3-10.2")
        case .windows874: .singleByte(icu: "windows-874-2000")
        case .iso8859_16: .singleByte(icu: "iso-8859-1")
        default: .singleByte(icu: rawValue)
        }
    }

    /// Whether bytes below 0x80 are ASCII wherever they stand between characters, so that markup can be searched in them.
    var keepsASCII: Bool {
        switch self {
        case .utf16le, .utf16be, .utf32le, .utf32be, .iso2022JP, .iso2022KR, .iso2022CN, .hz: false
        default: true
        }
    }

    /// Whether the charset is a single-byte one whose upper half is mostly accented Latin letters.
    var isLatinSingleByte: Bool {
        switch self {
        case .windows1250, .windows1252, .windows1254, .windows1257, .windows1258, .iso8859_2, .iso8859_3, .iso8859_4,
            .iso8859_10, .iso8859_13, .iso8859_14, .iso8859_15, .iso8859_16, .macintosh:
            true
        default: false
        }
    }
}
