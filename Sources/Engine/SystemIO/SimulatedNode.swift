/// The content of one simulated file: what is seen, what is durable, and the changes in between.
struct SimulatedNode: Sendable {
    enum Change: Sendable {
        case write([UInt8], at: Int)
        case truncate(Int)
    }

    /// The unit that a disk writes whole or not at all.
    static let sectorSize = 512

    private(set) var visible: [UInt8] = []
    private var durable: [UInt8] = []
    private var unsynchronized: [Change] = []

    func read(count: Int, at position: Int) -> [UInt8] {
        guard position < visible.count, position >= 0 else { return [] }
        return Array(visible[position..<min(visible.count, position + count)])
    }

    mutating func write(_ bytes: [UInt8], at position: Int) {
        Self.write(bytes[...], at: position, in: &visible)
        unsynchronized.append(.write(bytes, at: position))
    }

    mutating func truncate(to size: Int) {
        Self.truncate(to: size, in: &visible)
        unsynchronized.append(.truncate(size))
    }

    mutating func synchronize() {
        for change in unsynchronized { Self.apply(change, to: &durable) }
        unsynchronized = []
    }

    mutating func forgetUnsynchronized() { unsynchronized = [] }

    mutating func damage(at position: Int, mask: UInt8) {
        if position < visible.count { visible[position] ^= mask }
        if position < durable.count { durable[position] ^= mask }
    }

    func afterCrash(using random: inout SeededGenerator) -> SimulatedNode {
        var content = durable
        // Half of the crashes keep a prefix with a torn end, as a journal does; the others keep any sectors.
        let isOrdered = Bool.random(using: &random)
        let kept = isOrdered ? Int.random(in: 0...unsynchronized.count, using: &random) : unsynchronized.count
        let chance = UInt64.random(in: 0...4, using: &random)
        for (index, change) in unsynchronized.enumerated() {
            if isOrdered && index > kept { break }
            let isTorn = isOrdered ? index == kept : true
            switch change {
            case .write(let bytes, let position) where isTorn:
                Self.writeSectors(of: bytes, at: position, in: &content) {
                    UInt64.random(in: 0..<4, using: &random) < chance
                }
            case .truncate where isTorn && Bool.random(using: &random): continue
            default: Self.apply(change, to: &content)
            }
        }
        var node = SimulatedNode()
        node.visible = content
        node.durable = content
        return node
    }

    private static func writeSectors(
        of bytes: [UInt8], at position: Int, in content: inout [UInt8], keep: () -> Bool
    ) {
        var start = 0
        while start < bytes.count {
            // Sectors lie at multiples of their size in the file, not in the write.
            let end = min(bytes.count, start + sectorSize - (position + start) % sectorSize)
            if keep() { write(bytes[start..<end], at: position + start, in: &content) }
            start = end
        }
    }

    private static func apply(_ change: Change, to content: inout [UInt8]) {
        switch change {
        case .write(let bytes, let position): write(bytes[...], at: position, in: &content)
        case .truncate(let size): truncate(to: size, in: &content)
        }
    }

    private static func write(_ bytes: ArraySlice<UInt8>, at position: Int, in content: inout [UInt8]) {
        let end = position + bytes.count
        if content.count < end { content.append(contentsOf: repeatElement(0, count: end - content.count)) }
        content.replaceSubrange(position..<end, with: bytes)
    }

    private static func truncate(to size: Int, in content: inout [UInt8]) {
        if size < content.count {
            content.removeLast(content.count - size)
        } else {
            content.append(contentsOf: repeatElement(0, count: size - content.count))
        }
    }
}
