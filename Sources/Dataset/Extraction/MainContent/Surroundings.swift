/// Which kinds of elements a block is inside of.
struct Surroundings: OptionSet, Sendable {
    let rawValue: UInt32

    static let nav = Surroundings(rawValue: 1 << 0)
    static let aside = Surroundings(rawValue: 1 << 1)
    static let header = Surroundings(rawValue: 1 << 2)
    static let footer = Surroundings(rawValue: 1 << 3)
    static let article = Surroundings(rawValue: 1 << 4)
    static let main = Surroundings(rawValue: 1 << 5)
    static let form = Surroundings(rawValue: 1 << 6)
    static let control = Surroundings(rawValue: 1 << 7)
    static let hidden = Surroundings(rawValue: 1 << 8)
    static let heading = Surroundings(rawValue: 1 << 9)
    static let list = Surroundings(rawValue: 1 << 10)
    static let table = Surroundings(rawValue: 1 << 11)
    static let figure = Surroundings(rawValue: 1 << 12)
    static let quote = Surroundings(rawValue: 1 << 13)
    static let code = Surroundings(rawValue: 1 << 14)
    static let dialog = Surroundings(rawValue: 1 << 15)
    static let details = Surroundings(rawValue: 1 << 16)
    static let link = Surroundings(rawValue: 1 << 17)
    static let noscript = Surroundings(rawValue: 1 << 18)
    static let definition = Surroundings(rawValue: 1 << 19)
    static let address = Surroundings(rawValue: 1 << 20)
    static let caption = Surroundings(rawValue: 1 << 21)
    static let itemProperty = Surroundings(rawValue: 1 << 22)
    static let section = Surroundings(rawValue: 1 << 23)
    static let small = Surroundings(rawValue: 1 << 24)

    /// What an element of this tag adds for everything in it.
    init(tag: Tag) { self = Surroundings.byTag[Int(tag.rawValue)] }
    init(rawValue: UInt32) { self.rawValue = rawValue }

    private static let byTag: [Surroundings] = {
        var table = [Surroundings](repeating: [], count: 256)
        let pairs: [(Tag, Surroundings)] = [
            (.nav, .nav), (.aside, .aside), (.header, .header), (.footer, .footer), (.article, .article),
            (.main, .main), (.form, .form), (.fieldset, .form), (.button, .control), (.label, .control),
            (.legend, .control), (.h1, .heading), (.h2, .heading), (.h3, .heading), (.h4, .heading), (.h5, .heading),
            (.h6, .heading), (.ul, .list), (.ol, .list), (.menu, .list), (.table, .table), (.figure, .figure),
            (.figcaption, .caption), (.caption, .caption), (.blockquote, .quote), (.pre, .code), (.code, .code),
            (.dialog, .dialog), (.details, .details), (.a, .link), (.noscript, .noscript), (.dl, .definition),
            (.address, .address), (.section, .section), (.small, .small),
        ]
        for (tag, kind) in pairs { table[Int(tag.rawValue)] = kind }
        return table
    }()
}
