internal import CLexbor

/// An element's name as far as extraction tells them apart; `text` is a text node, `other` everything unknown.
struct Tag: Equatable, Hashable, Sendable {
    let rawValue: UInt8

    init(rawValue: UInt8) { self.rawValue = rawValue }
    private init(_ tag: clexbor_tag) { rawValue = UInt8(truncatingIfNeeded: tag.rawValue) }

    static let text = Tag(CLEXBOR_TAG_TEXT)
    static let other = Tag(CLEXBOR_TAG_OTHER)
    static let html = Tag(CLEXBOR_TAG_HTML)
    static let head = Tag(CLEXBOR_TAG_HEAD)
    static let body = Tag(CLEXBOR_TAG_BODY)
    static let title = Tag(CLEXBOR_TAG_TITLE)
    static let meta = Tag(CLEXBOR_TAG_META)
    static let link = Tag(CLEXBOR_TAG_LINK)
    static let base = Tag(CLEXBOR_TAG_BASE)
    static let script = Tag(CLEXBOR_TAG_SCRIPT)
    static let style = Tag(CLEXBOR_TAG_STYLE)
    static let noscript = Tag(CLEXBOR_TAG_NOSCRIPT)
    static let template = Tag(CLEXBOR_TAG_TEMPLATE)
    static let div = Tag(CLEXBOR_TAG_DIV)
    static let p = Tag(CLEXBOR_TAG_P)
    static let section = Tag(CLEXBOR_TAG_SECTION)
    static let article = Tag(CLEXBOR_TAG_ARTICLE)
    static let main = Tag(CLEXBOR_TAG_MAIN)
    static let aside = Tag(CLEXBOR_TAG_ASIDE)
    static let header = Tag(CLEXBOR_TAG_HEADER)
    static let footer = Tag(CLEXBOR_TAG_FOOTER)
    static let nav = Tag(CLEXBOR_TAG_NAV)
    static let address = Tag(CLEXBOR_TAG_ADDRESS)
    static let hgroup = Tag(CLEXBOR_TAG_HGROUP)
    static let h1 = Tag(CLEXBOR_TAG_H1)
    static let h2 = Tag(CLEXBOR_TAG_H2)
    static let h3 = Tag(CLEXBOR_TAG_H3)
    static let h4 = Tag(CLEXBOR_TAG_H4)
    static let h5 = Tag(CLEXBOR_TAG_H5)
    static let h6 = Tag(CLEXBOR_TAG_H6)
    static let ul = Tag(CLEXBOR_TAG_UL)
    static let ol = Tag(CLEXBOR_TAG_OL)
    static let menu = Tag(CLEXBOR_TAG_MENU)
    static let li = Tag(CLEXBOR_TAG_LI)
    static let dl = Tag(CLEXBOR_TAG_DL)
    static let dt = Tag(CLEXBOR_TAG_DT)
    static let dd = Tag(CLEXBOR_TAG_DD)
    static let table = Tag(CLEXBOR_TAG_TABLE)
    static let caption = Tag(CLEXBOR_TAG_CAPTION)
    static let thead = Tag(CLEXBOR_TAG_THEAD)
    static let tbody = Tag(CLEXBOR_TAG_TBODY)
    static let tfoot = Tag(CLEXBOR_TAG_TFOOT)
    static let tr = Tag(CLEXBOR_TAG_TR)
    static let td = Tag(CLEXBOR_TAG_TD)
    static let th = Tag(CLEXBOR_TAG_TH)
    static let pre = Tag(CLEXBOR_TAG_PRE)
    static let code = Tag(CLEXBOR_TAG_CODE)
    static let blockquote = Tag(CLEXBOR_TAG_BLOCKQUOTE)
    static let figure = Tag(CLEXBOR_TAG_FIGURE)
    static let figcaption = Tag(CLEXBOR_TAG_FIGCAPTION)
    static let details = Tag(CLEXBOR_TAG_DETAILS)
    static let summary = Tag(CLEXBOR_TAG_SUMMARY)
    static let dialog = Tag(CLEXBOR_TAG_DIALOG)
    static let hr = Tag(CLEXBOR_TAG_HR)
    static let br = Tag(CLEXBOR_TAG_BR)
    static let a = Tag(CLEXBOR_TAG_A)
    static let span = Tag(CLEXBOR_TAG_SPAN)
    static let b = Tag(CLEXBOR_TAG_B)
    static let strong = Tag(CLEXBOR_TAG_STRONG)
    static let i = Tag(CLEXBOR_TAG_I)
    static let em = Tag(CLEXBOR_TAG_EM)
    static let time = Tag(CLEXBOR_TAG_TIME)
    static let cite = Tag(CLEXBOR_TAG_CITE)
    static let small = Tag(CLEXBOR_TAG_SMALL)
    static let sup = Tag(CLEXBOR_TAG_SUP)
    static let sub = Tag(CLEXBOR_TAG_SUB)
    static let label = Tag(CLEXBOR_TAG_LABEL)
    static let form = Tag(CLEXBOR_TAG_FORM)
    static let fieldset = Tag(CLEXBOR_TAG_FIELDSET)
    static let legend = Tag(CLEXBOR_TAG_LEGEND)
    static let button = Tag(CLEXBOR_TAG_BUTTON)
    static let input = Tag(CLEXBOR_TAG_INPUT)
    static let select = Tag(CLEXBOR_TAG_SELECT)
    static let option = Tag(CLEXBOR_TAG_OPTION)
    static let textarea = Tag(CLEXBOR_TAG_TEXTAREA)
    static let img = Tag(CLEXBOR_TAG_IMG)
    static let picture = Tag(CLEXBOR_TAG_PICTURE)
    static let video = Tag(CLEXBOR_TAG_VIDEO)
    static let audio = Tag(CLEXBOR_TAG_AUDIO)
    static let canvas = Tag(CLEXBOR_TAG_CANVAS)
    static let svg = Tag(CLEXBOR_TAG_SVG)
    static let math = Tag(CLEXBOR_TAG_MATH)
    static let object = Tag(CLEXBOR_TAG_OBJECT)
    static let iframe = Tag(CLEXBOR_TAG_IFRAME)
    static let wbr = Tag(CLEXBOR_TAG_WBR)
    static let rt = Tag(CLEXBOR_TAG_RT)
    static let rp = Tag(CLEXBOR_TAG_RP)
    static let center = Tag(CLEXBOR_TAG_CENTER)

    var isHeading: Bool { rawValue >= Tag.h1.rawValue && rawValue <= Tag.h6.rawValue }
    var isCell: Bool { self == .td || self == .th }
    var isList: Bool { self == .ul || self == .ol || self == .menu }

    /// Whether the element stands on lines of its own (the display that browsers give it by default, and controls).
    var isBlock: Bool { Tag.blockTags[Int(rawValue)] }

    private static let blockTags: [Bool] = {
        var table = [Bool](repeating: false, count: 256)
        let blocks: [Tag] = [
            .html, .head, .body, .title, .div, .p, .section, .article, .main, .aside, .header, .footer, .nav, .address,
            .hgroup, .h1, .h2, .h3, .h4, .h5, .h6, .ul, .ol, .menu, .li, .dl, .dt, .dd, .table, .caption, .thead, .tbody,
            .tfoot, .tr, .td, .th, .pre, .blockquote, .figure, .figcaption, .details, .summary, .dialog, .hr, .form,
            .fieldset, .legend, .button, .select, .option, .textarea, .center, .noscript, .video, .audio,
        ]
        for tag in blocks { table[Int(tag.rawValue)] = true }
        return table
    }()
}
