/// Text that is equal only to the same bytes.
///
/// Swift's strings are equal when they look the same ("é" in one scalar or two), and hash through normalisation. A name that decides
/// about access must not be another name that looks like it, and the bytes are faster to hash.
struct ExactText: Hashable, Sendable {
    let text: String

    init(_ text: String) { self.text = text }

    static func == (left: Self, right: Self) -> Bool { left.text.hasSameBytes(as: right.text) }

    func hash(into hasher: inout Hasher) { text.hashBytes(into: &hasher) }
}

extension String {
    func hasSameBytes(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }

    func hashBytes(into hasher: inout Hasher) {
        var copy = self
        copy.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        // A terminator, so that two names in a row cannot be cut elsewhere.
        hasher.combine(UInt8(0xff))
    }

    func hasBytePrefix(_ prefix: String) -> Bool { utf8.starts(with: prefix.utf8) }

    func precedesBytes(of other: String) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }
}
