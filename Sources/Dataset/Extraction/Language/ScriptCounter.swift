internal import CICU

/// Finds the script that a text is written in, by counting the Script property of its scalars (UAX #24).
///
/// Names are those of ISO 15924. Japanese is Jpan (kana and ideographs together), Korean Kore (Hangul and ideographs),
/// ideographs alone Hani. Punctuation, digits and marks (Common, Inherited) do not count.
struct ScriptCounter {
    private var counts = [Int32](repeating: 0, count: 256)

    /// Counts well-formed UTF-8; malformed bytes are passed over.
    mutating func count(_ utf8: UnsafeBufferPointer<UInt8>) {
        var latin: Int32 = 0
        var i = 0
        while i < utf8.count {
            let lead = utf8[i]
            if lead < 0x80 {
                if 0x61...0x7A ~= lead | 0x20 { latin &+= 1 }
                i &+= 1
                continue
            }
            let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1
            guard length > 1, i &+ length <= utf8.count else {
                i &+= 1
                continue
            }
            var scalar = UInt32(lead) & (length == 2 ? 0x1F : length == 3 ? 0x0F : 0x07)
            for k in 1..<length { scalar = scalar << 6 | UInt32(utf8[i &+ k] & 0x3F) }
            let script = Int(leat_icu_script(scalar))
            if counts.indices.contains(script) { counts[script] &+= 1 }
            i &+= length
        }
        counts[Self.latin] &+= latin
    }

    /// Whether any letter has been seen.
    var isEmpty: Bool { counts[2...].allSatisfy { $0 == 0 } }

    /// The script of most scalars; "Zyyy" (undetermined) where none has one.
    var dominant: String {
        let han = counts[Self.han]
        let kana = counts[Self.hiragana] + counts[Self.katakana]
        let hangul = counts[Self.hangul]
        let eastAsian: Set<Int> = [Self.han, Self.hiragana, Self.katakana, Self.hangul]
        var best = (script: 0, count: Int32(0))
        // 0 and 1 are Common and Inherited.
        for script in 2..<counts.count where !eastAsian.contains(script) && counts[script] > best.count {
            best = (script, counts[script])
        }
        if han + kana + hangul > best.count {
            // A fifth of a Japanese text or more is kana; Chinese pages hold a word of it at most.
            if kana * 5 >= han + kana, kana > hangul { return "Jpan" }
            return hangul >= han ? "Kore" : "Hani"
        }
        guard best.count > 0, let name = leat_icu_script_name(Int32(best.script)) else { return "Zyyy" }
        return String(cString: name)
    }

    private static let latin = Int(leat_icu_script(0x61))
    private static let han = Int(leat_icu_script(0x4E00))
    private static let hiragana = Int(leat_icu_script(0x3042))
    private static let katakana = Int(leat_icu_script(0x30A2))
    private static let hangul = Int(leat_icu_script(0xAC00))
}
