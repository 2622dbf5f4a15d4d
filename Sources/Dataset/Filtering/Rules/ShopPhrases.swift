/// Phrases of shops and teasers that stand inside lines.
enum ShopPhrases {
    /// The line without “items in cart” anywhere, “read more...” at its end, “sign-in” at its start; nil where it has none.
    static func cut(_ bytes: UnsafeBufferPointer<UInt8>, _ line: Range<Int>) -> [UInt8]? {
        let lower = bytes[line].map { $0 &- 65 < 26 ? $0 | 32 : $0 }
        var rest = Array(bytes[line])
        var folded = lower
        func remove(_ range: Range<Int>) {
            rest.removeSubrange(range)
            folded.removeSubrange(range)
        }
        if folded.starts(with: "sign-in".utf8) { remove(0..<7) }
        if folded.reversed().starts(with: "read more...".utf8.reversed()) { remove(folded.count - 12..<folded.count) }
        let cart = Array("items in cart".utf8)
        var index = 0
        while index + cart.count <= folded.count {
            if folded[index] == cart[0], Array(folded[index..<index + cart.count]) == cart {
                remove(index..<index + cart.count)
            } else {
                index += 1
            }
        }
        return rest.count == lower.count ? nil : rest
    }
}
