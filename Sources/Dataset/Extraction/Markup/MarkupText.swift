/// A piece of text inside a `MarkupTree`: UTF-8, valid as long as the tree. Never stored in a result.
struct MarkupText {
    private let base: UnsafePointer<UInt8>?
    let count: Int

    init(base: UnsafePointer<UInt8>?, count: Int) {
        self.base = base
        self.count = base == nil ? 0 : count
    }

    var isEmpty: Bool { count == 0 }
    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base, count: count) }

    /// A copy with white space folded to single spaces and cut at the ends.
    var folded: String {
        var copy: [UInt8] = []
        copy.reserveCapacity(count)
        for byte in bytes {
            if byte <= 0x20 {
                if let last = copy.last, last != 0x20 { copy.append(0x20) }
            } else {
                copy.append(byte)
            }
        }
        if copy.last == 0x20 { copy.removeLast() }
        return String(decoding: copy, as: UTF8.self)
    }

    /// Whether the text is this ASCII word in any letter case.
    func equals(_ word: StaticString) -> Bool {
        guard count == word.utf8CodeUnitCount else { return false }
        for index in 0..<count where bytes[index].asciiLowercased != word.utf8Start[index] { return false }
        return true
    }

    /// Whether this ASCII text occurs, in any letter case.
    func contains(_ word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        guard count >= length else { return false }
        for start in 0...(count - length) {
            var matched = 0
            while matched < length, bytes[start + matched].asciiLowercased == word.utf8Start[matched] { matched += 1 }
            if matched == length { return true }
        }
        return false
    }
}

extension UInt8 {
    @inline(__always) var asciiLowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }
    @inline(__always) var isASCIILetter: Bool { (self | 0x20) &- 0x61 < 26 }
    @inline(__always) var isASCIIDigit: Bool { self &- 0x30 < 10 }
    @inline(__always) var isASCIIUppercase: Bool { self &- 0x41 < 26 }
}
