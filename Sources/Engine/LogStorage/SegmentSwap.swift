import SystemIO

/// Putting compacted segments in the place of those they were made of, so that a crash at any moment leaves the old ones or the new ones.
enum SegmentSwap {
    /// Finishes or undoes what a crash interrupted; answers whether anything was changed.
    static func recover(_ names: [String], files: LogFiles, fileSystem: any FileSystem) throws -> Bool { false }
}
