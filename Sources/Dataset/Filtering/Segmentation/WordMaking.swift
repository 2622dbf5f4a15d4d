/// A word from its bytes alone: for segmenters that hand over ranges, and for words put together again.
enum WordMaking {
    static func word(
        _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, keeping traits: WordTraits = []
    ) -> Word {
        var some: UInt32 = 0
        var every = UInt32.max
        var count: UInt32 = 0
        var index = range.lowerBound
        while index < range.upperBound {
            let scalar = UTF8Reading.scalar(bytes, at: index)
            let classes = CharacterTable.shared.classes(of: scalar.value).rawValue
            some |= classes
            every &= classes
            count += 1
            index += scalar.byteCount
        }
        return Word(
            start: UInt32(truncatingIfNeeded: range.lowerBound), byteCount: UInt32(truncatingIfNeeded: range.count),
            scalarCount: count,
            traits: EnglishSplitter.traits(some: some, every: every, isSingle: count == 1).union(traits),
            value: ByteStringValue.value(bytes, start: range.lowerBound, count: range.count))
    }
}
