/// The parts that a window of a long piece was merged into: token and where it ends, in order.
struct WindowBuffer {
    struct Part: BitwiseCopyable {
        var identifier: UInt32
        /// Byte offset from the window's start.
        var end: UInt32
    }

    var parts: [Part] = []

    @inline(__always) mutating func append(_ identifier: UInt32, end: Int) {
        parts.append(Part(identifier: identifier, end: UInt32(truncatingIfNeeded: end)))
    }
}
