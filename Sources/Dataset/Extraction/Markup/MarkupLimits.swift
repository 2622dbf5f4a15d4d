/// Bounds on what a page may cost to parse. They count bytes, nodes and steps, never time: the same page always gives
/// the same tree. A page past a bound is cut there, not refused.
struct MarkupLimits: Sendable, Equatable {
    /// Bytes of the page that are read.
    var pageBytes = 16 << 20
    /// Open elements; tags of deeper elements are dropped, their text stays.
    var depth = 256
    /// Nodes of the tree; about 150 bytes each.
    var nodes = 1_000_000
    /// Steps of the tree builder over its open elements.
    var work: UInt64 = 1_000_000_000
}
