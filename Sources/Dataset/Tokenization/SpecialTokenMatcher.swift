/// Tokens that are found in text as they stand, before it is split: the leftmost first, the longest of those that begin at one place.
struct SpecialTokenMatcher: Sendable {
    static let limit = 1 << 16
    static let longest = 1024
    private static let nodeLimit = 1 << 20

    /// (node << 8 | byte) to the next node; node 0 is the root.
    private var edges: [UInt32: UInt32] = [:]
    private var identifiers: [UInt32?] = [nil]
    private var firstBytes = [Bool](repeating: false, count: 256)
    private(set) var tokens: [UInt32: [UInt8]] = [:]

    var isEmpty: Bool { tokens.isEmpty }

    /// False where it is empty, too long or one too many.
    mutating func add(_ text: [UInt8], identifier: UInt32) -> Bool {
        guard let first = text.first, text.count <= Self.longest, tokens.count < Self.limit else { return false }
        firstBytes[Int(first)] = true
        var node: UInt32 = 0
        for byte in text {
            let key = node << 8 | UInt32(byte)
            if let next = edges[key] {
                node = next
            } else {
                guard identifiers.count < Self.nodeLimit else { return false }
                node = UInt32(identifiers.count)
                edges[key] = node
                identifiers.append(nil)
            }
        }
        if identifiers[Int(node)] == nil { identifiers[Int(node)] = identifier }
        tokens[identifier] = text
        return true
    }

    /// The first match at or after `start`.
    func firstMatch(
        in text: UnsafeBufferPointer<UInt8>, from start: Int
    ) -> (range: Range<Int>, identifier: UInt32)? {
        firstBytes.withUnsafeBufferPointer { firstBytes in
            var position = start
            while position < text.count {
                if firstBytes[Int(text[position])], let match = match(in: text, at: position) { return match }
                position &+= 1
            }
            return nil
        }
    }

    private func match(in text: UnsafeBufferPointer<UInt8>, at start: Int) -> (range: Range<Int>, identifier: UInt32)? {
        var best: (range: Range<Int>, identifier: UInt32)?
        var node: UInt32 = 0
        var position = start
        while position < text.count, let next = edges[node << 8 | UInt32(text[position])] {
            node = next
            position += 1
            if let identifier = identifiers[Int(node)] { best = (start..<position, identifier) }
        }
        return best
    }
}
