/// A language, and its script where a model names one, as read from a fastText label.
///
///     __label__en          lid.176: a code of ISO 639-1, or 639-3 where there is none
///     __label__eng_Latn    GlotLID and OpenLID: a code of ISO 639-3, "_", a script of ISO 15924
struct LanguageLabel: Sendable, Equatable {
    var code: String
    var script: String?

    init(_ label: String) {
        var name = label[...]
        if name.hasPrefix("__label__") { name = name.dropFirst("__label__".utf8.count) }
        if let bar = name.lastIndex(of: "_") {
            let suffix = name[name.index(after: bar)...].utf8
            let isScript = suffix.count == 4 && suffix.allSatisfy { 0x61...0x7A ~= $0 | 0x20 }
            if isScript, bar > name.startIndex {
                code = String(name[..<bar])
                script = String(decoding: suffix, as: UTF8.self)
                return
            }
        }
        code = String(name)
    }
}
