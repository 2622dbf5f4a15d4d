/// The parts that a window of a long piece was merged into: token and where it ends, in order.
struct WindowBuffer {
    struct Part: BitwiseCopyable {
        var identifier: UInt32
        /// Byte offset from the window's start.
        var end: UInt32
    }

    /// Two neighbours that stay divided.
    struct Seam: Equatable, BitwiseCopyable {
        var left: UInt32
        var right: UInt32

        /// Characters that are no token have no id to know them by.
        var isOfTokens: Bool { left != TokenTable.absent && right != TokenTable.absent }
    }

    var parts: [Part] = []
    /// The two tokens at the border that this window was last put at.
    var seam: Seam?

    var byteCount: Int { parts.last.map { Int($0.end) } ?? 0 }

    /// The other window's parts and seam.
    mutating func copy(_ other: WindowBuffer) {
        parts.removeAll(keepingCapacity: true)
        parts.append(contentsOf: other.parts)
        seam = other.seam
    }

    mutating func removeAll() {
        parts.removeAll(keepingCapacity: true)
        seam = nil
    }

    @inline(__always) mutating func append(_ identifier: UInt32, end: Int) {
        parts.append(Part(identifier: identifier, end: UInt32(truncatingIfNeeded: end)))
    }
}
