/// What kind of page it is, as far as its layout tells.
public enum PageType: String, Sendable, CaseIterable, Codable {
    case article, documentation, forum, listing, collection, product, service, other
}
