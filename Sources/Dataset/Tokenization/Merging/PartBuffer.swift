/// The parts of one short piece while they are merged: a fixed array that is reused from piece to piece.
struct PartBuffer {
    /// One part: where it begins in the piece, its token, and its merge with the part to its right.
    struct Part: BitwiseCopyable {
        var start: UInt32
        var identifier: UInt32
        var merge: Merge
    }

    /// Longer pieces go through ``LongMerge``: scanning all parts for each merge is quadratic.
    static let capacity = 96

    let parts: UnsafeMutablePointer<Part>

    init() { parts = .allocate(capacity: Self.capacity + 1) }

    func free() { parts.deallocate() }
}
