/// Headers of records in `web.pages`: what a page's record does not say itself.
enum PageHeader {
    static let archive: StaticString = "leat-archive"
    static let archiveOffset: StaticString = "leat-archive-offset"
    static let dump: StaticString = "leat-dump"
}
