/// Families of words in class, id and role that tell what an element is for: a bit each.
struct WordGroups: OptionSet, Sendable {
    let rawValue: UInt32

    static let count = 32

    /// The families, in the order of their bits.
    static let families: [String] = [
        "comment comments commentlist disqus respond",
        "reply replies answer answers thread message messages topic",
        "post posts postbody entry hentry",
        "related recommended recommendations recommend similar suggested more also readmore",
        "share sharing social facebook twitter addthis sharedaddy follow",
        "author byline bio writer profile user avatar username member",
        "date time published meta timestamp datetime posted",
        "breadcrumb breadcrumbs crumbs",
        "cookie cookies consent gdpr onetrust privacy",
        "ad ads advert advertisement sponsored sponsor promo promotion taboola outbrain banner",
        "newsletter subscribe subscription signup register optin",
        "tag tags category categories keywords topics",
        "pagination pager paging page pages next prev previous",
        "price cart shop buy product products sku variant",
        "review reviews rating ratings stars testimonial testimonials",
        "card cards item items tile tiles grid listing teaser result results",
        "accordion faq faqs tab tabs tabpanel collapse collapsible toggle question",
        "title headline heading subtitle",
        "caption credit credits figcaption copyright",
        "footer foot colophon bottom",
        "header head masthead top topbar",
        "nav navbar navigation menu submenu dropdown megamenu",
        "sidebar side aside widget widgets rail secondary",
        "content body main article articlebody story text copy richtext wysiwyg prose markdown",
        "description details summary excerpt intro lead teaser specs specifications features",
        "quote signature sig quoted blockquote",
        "hero jumbotron carousel slider slide slideshow swiper gallery",
        "search filter filters facet facets sort refine",
        "toc contents outline anchor anchors skip",
        "popup modal overlay dialog tooltip toast alert notice",
        "code highlight snippet pre syntax hljs",
        "login signin account password form button btn cta action actions",
    ]

    private static let table: [UInt32: UInt32] = {
        var table: [UInt32: UInt32] = [:]
        for (bit, family) in families.enumerated() {
            for word in family.split(separator: " ") {
                var hash: UInt32 = 2_166_136_261
                for byte in word.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
                table[hash, default: 0] |= 1 << UInt32(bit)
            }
        }
        return table
    }()

    /// The families that a word of this hash (see `MarkupWords`) belongs to.
    static func of(_ hash: UInt32) -> WordGroups { WordGroups(rawValue: table[hash] ?? 0) }
}
