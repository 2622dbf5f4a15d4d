import Glibc

/// Whether a disk has room to go on writing.
public enum DiskRoom {
    /// Stages wait when less is left: enough for what is under way when that is noticed (a commit holds up to 48 MiB), and for retention and
    /// compaction to work in.
    public static let reserveBytes = 128 << 20

    /// True too where the system does not say. A folder that is not made yet counts as its nearest parent.
    public static func isThere(at folder: String, reserveBytes: Int = reserveBytes) -> Bool {
        var facts = statvfs()
        var place = folder
        while statvfs(place, &facts) != 0 {
            guard errno == ENOENT, let slash = place.lastIndex(of: "/"), slash != place.startIndex else { return true }
            place = String(place[..<slash])
        }
        return Int(clamping: facts.f_bavail) * Int(clamping: facts.f_frsize) >= reserveBytes
    }
}
