/// Collects tokens while a vocabulary file is read, within bounds, and freezes them into a ``TokenTable``.
struct TokenTableBuilder {
    /// The most that is taken from a file; the largest public vocabularies have some 260,000 tokens, the longest token under 1,000 bytes.
    static let identifierLimit = 1 << 22
    static let longestToken = 1 << 16
    static let totalBytes = 1 << 28

    enum Refusal: String, Error {
        case emptyToken = "a token without bytes"
        case tokenTooLong = "a token of more than 65,536 bytes"
        case identifierTooLarge = "an id of 4,194,304 or more"
        case vocabularyTooLarge = "more than 268,435,456 bytes of tokens"
        case identifierTwice = "two tokens with one id"
        case tokenTwice = "one token with two ids"
    }

    private(set) var bytes: [UInt8] = []
    private(set) var extents: [TokenTable.Extent] = []
    private(set) var longest = 0
    private(set) var count = 0
    /// Ids whose bytes are for decoding alone and are never looked up.
    private var hidden: Set<UInt32> = []

    mutating func reserve(tokens: Int) {
        extents.reserveCapacity(min(tokens, Self.identifierLimit))
        bytes.reserveCapacity(min(tokens, Self.identifierLimit) * 7)
    }

    /// Adds a token. A `hidden` one can be decoded but is not found in text.
    mutating func add(_ token: Span<UInt8>, identifier: Int, hidden isHidden: Bool = false) throws(Refusal) {
        guard token.count > 0 else { throw .emptyToken }
        guard token.count <= Self.longestToken else { throw .tokenTooLong }
        guard identifier >= 0, identifier < Self.identifierLimit else { throw .identifierTooLarge }
        guard bytes.count + token.count <= Self.totalBytes else { throw .vocabularyTooLarge }
        while extents.count <= identifier { extents.append(TokenTable.Extent(start: 0, byteCount: 0)) }
        guard extents[identifier].byteCount == 0 else { throw .identifierTwice }
        extents[identifier] = TokenTable.Extent(start: UInt32(bytes.count), byteCount: UInt32(token.count))
        token.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
        if isHidden {
            hidden.insert(UInt32(identifier))
        } else {
            longest = max(longest, token.count)
        }
        count += 1
    }

    consuming func freeze() throws(Refusal) -> TokenTable {
        var capacity = 16
        while capacity < count * 2 { capacity *= 2 }
        var slots = [TokenTable.Slot](
            repeating: TokenTable.Slot(key: 0, byteCount: 0, identifier: TokenTable.absent), count: capacity)
        let byteCount = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: 8))
        let noneTwice = bytes.withUnsafeBufferPointer { storage -> Bool in
            guard let base = storage.baseAddress else { return true }
            for (identifier, extent) in extents.enumerated()
            where extent.byteCount != 0 && (hidden.isEmpty || !hidden.contains(UInt32(identifier))) {
                guard Self.insert(UInt32(identifier), extent, base, extents, into: &slots) else { return false }
            }
            return true
        }
        guard noneTwice else { throw .tokenTwice }
        bytes.removeLast(bytes.count - byteCount)
        return TokenTable(slots: slots, extents: extents, bytes: bytes, longest: longest)
    }

    /// False where the same bytes are there already.
    private static func insert(
        _ identifier: UInt32, _ extent: TokenTable.Extent, _ base: UnsafePointer<UInt8>,
        _ extents: [TokenTable.Extent], into slots: inout [TokenTable.Slot]
    ) -> Bool {
        let token = base + Int(extent.start)
        let count = Int(extent.byteCount)
        let isShort = count <= 8
        let packed = isShort ? ByteHash.pack(token, count, readable: 8) : 0
        let hash = isShort ? ByteHash.ofPacked(packed, count) : ByteHash.ofLong(token, count)
        let key = isShort ? packed : hash
        let mask = slots.count - 1
        var index = Int(truncatingIfNeeded: hash) & mask
        while slots[index].byteCount != 0 {
            let slot = slots[index]
            if slot.key == key && slot.byteCount == extent.byteCount {
                let other = base + Int(extents[Int(slot.identifier)].start)
                if isShort || (0..<count).allSatisfy({ other[$0] == token[$0] }) { return false }
            }
            index = (index + 1) & mask
        }
        slots[index] = TokenTable.Slot(key: key, byteCount: extent.byteCount, identifier: identifier)
        return true
    }
}
