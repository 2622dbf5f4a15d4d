/// Remembers how recent pieces that are no single token were cut: most words of a language come again soon.
///
/// Direct-mapped, 64 bytes a place; a newer piece takes an older one's place. One thread's own.
struct PieceCache {
    static let longestPiece = 32
    static let mostTokens = 6
    private static let placeCount = 1 << 14
    private static let placeSize = 64
    // Within a place: byte count, token count, 6 bytes unused, 24 bytes of tokens, 32 bytes of the piece.
    private static let tokenOffset = 8
    private static let pieceOffset = 32

    private let memory: UnsafeMutableRawPointer

    init() {
        memory = .allocate(byteCount: Self.placeCount * Self.placeSize, alignment: 64)
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: Self.placeCount * Self.placeSize)
    }

    func free() { memory.deallocate() }

    func clear() {
        for place in 0..<Self.placeCount {
            memory.storeBytes(of: 0, toByteOffset: place * Self.placeSize, as: UInt8.self)
        }
    }

    /// The place for a piece of 1…32 bytes.
    @inline(__always)
    func place(for piece: UnsafePointer<UInt8>, count: Int, readable: Int) -> UnsafeMutableRawPointer {
        let hash =
            count <= 8
            ? ByteHash.ofPacked(ByteHash.pack(piece, count, readable: readable), count) : ByteHash.ofLong(piece, count)
        return memory + (Int(truncatingIfNeeded: hash >> 20) & (Self.placeCount - 1)) * Self.placeSize
    }

    /// Appends the piece's tokens if the place holds it.
    @inline(__always)
    func take(
        _ piece: UnsafePointer<UInt8>, count: Int, at place: UnsafeMutableRawPointer, into identifiers: inout [UInt32]
    ) -> Bool {
        guard Int(place.load(as: UInt8.self)) == count else { return false }
        let stored = UnsafeRawPointer(place + Self.pieceOffset).assumingMemoryBound(to: UInt8.self)
        var index = 0
        while index < count {
            if stored[index] != piece[index] { return false }
            index &+= 1
        }
        let tokenCount = Int(place.load(fromByteOffset: 1, as: UInt8.self))
        let tokens = UnsafeRawPointer(place + Self.tokenOffset).assumingMemoryBound(to: UInt32.self)
        index = 0
        while index < tokenCount {
            identifiers.append(tokens[index])
            index &+= 1
        }
        return true
    }

    /// Keeps the piece's tokens: those of `identifiers` from `first` on, if they are few enough.
    @inline(__always)
    func keep(
        _ piece: UnsafePointer<UInt8>, count: Int, at place: UnsafeMutableRawPointer, _ identifiers: [UInt32],
        from first: Int
    ) {
        let tokenCount = identifiers.count &- first
        guard tokenCount <= Self.mostTokens else { return }
        place.storeBytes(of: UInt8(truncatingIfNeeded: count), as: UInt8.self)
        place.storeBytes(of: UInt8(truncatingIfNeeded: tokenCount), toByteOffset: 1, as: UInt8.self)
        for index in 0..<tokenCount {
            place.storeBytes(
                of: identifiers[first &+ index], toByteOffset: Self.tokenOffset &+ 4 &* index, as: UInt32.self)
        }
        (place + Self.pieceOffset).copyMemory(from: piece, byteCount: count)
    }
}
