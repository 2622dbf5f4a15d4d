/// The attributes that extraction reads; the numbers are those of `clexbor_attribute_name`.
enum AttributeName: UInt16, Sendable {
    case `class` = 1
    case id = 2
    case href = 3
    case rel = 4
    case name = 5
    case type = 6
    case lang = 7
    case content = 8
    case property = 9
    case itemprop = 10
    case itemtype = 11
    case datetime = 12
    case role = 13
    case hidden = 14
    case style = 15
    case ariaHidden = 16
    case title = 17
    case start = 18
    case ariaLabel = 19
}
