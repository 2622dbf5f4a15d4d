/// Cuts a text into the words of spaCy's English tokenizer, natively: white space, exceptions, affixes, addresses,
/// infixes, joins, in that order. Time is linear in the text, whatever the text.
///
/// A run without white space that is nothing but letters (most of a text) is one word, unless it is an exception:
/// that way has no decoding and no tables but two.
struct EnglishSplitter {
    private(set) var words: [Word] = []
    /// Whether the text ends in white space that is a token to the sentence splitter.
    private(set) var endsInWideSpace = false
    /// Whether any white space was met that may be a line break other than "\n".
    private(set) var mayHaveRareBreaks = false

    private let table = CharacterTable.shared
    private let exceptions = ExceptionTable.shared
    private let affixes = EnglishAffixes.shared
    private var run = RunScalars()
    /// Suffixes cut off so far, the outermost first, as scalar ranges of `run`.
    private var suffixes: [Range<Int>] = []
    private var startsRun = true
    private var afterWideSpace = false

    private enum Kind {
        static let letter: UInt8 = 1
        static let other: UInt8 = 2
        static let space: UInt8 = 4
        static let high: UInt8 = 8
    }

    private static let kinds: [UInt8] = (0..<256).map { byte in
        switch byte {
        case 65...90, 97...122: Kind.letter
        case 9...13, 28...32: Kind.space
        case 128...255: Kind.high
        default: Kind.other
        }
    }

    /// Takes the words of a text, and forgets those of the one before.
    mutating func split(_ bytes: UnsafeBufferPointer<UInt8>) {
        words.removeAll(keepingCapacity: true)
        words.reserveCapacity(bytes.count / 5 + 8)
        endsInWideSpace = false
        mayHaveRareBreaks = false
        afterWideSpace = false
        Self.kinds.withUnsafeBufferPointer { kinds in
            var index = 0
            while index < bytes.count {
                index = skipSpace(bytes, from: index, kinds)
                if index >= bytes.count {
                    endsInWideSpace = afterWideSpace
                    break
                }
                index = takeRun(bytes, from: index, kinds)
                afterWideSpace = false
            }
        }
    }

    /// Skips white space; one blank after a word belongs to the word, more is a token of white space.
    @inline(__always)
    private mutating func skipSpace(
        _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, _ kinds: UnsafeBufferPointer<UInt8>
    ) -> Int {
        var index = start
        while index < bytes.count {
            let kind = kinds[Int(bytes[index])]
            if kind == Kind.space {
                let isCommon = bytes[index] == 0x20 || bytes[index] == 0x0A
                mayHaveRareBreaks = mayHaveRareBreaks || !isCommon
                index += 1
            } else if kind == Kind.high {
                let scalar = UTF8Reading.scalar(bytes, at: index)
                guard table.classes(of: scalar.value).contains(.whiteSpace) else { break }
                mayHaveRareBreaks = true
                index += scalar.byteCount
            } else {
                break
            }
        }
        let isOneBlankAfterWord = index == start + 1 && start > 0 && bytes[start] == 0x20
        afterWideSpace = index > start && !isOneBlankAfterWord
        return index
    }

    /// Takes the run without white space that starts here; returns its end.
    @inline(__always)
    private mutating func takeRun(
        _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, _ kinds: UnsafeBufferPointer<UInt8>
    ) -> Int {
        var index = start
        while index < bytes.count, kinds[Int(bytes[index])] == Kind.letter { index += 1 }
        let lettersEnd = index
        while index < bytes.count {
            let kind = kinds[Int(bytes[index])]
            if kind == Kind.letter || kind == Kind.other {
                index += 1
            } else if kind == Kind.high {
                let scalar = UTF8Reading.scalar(bytes, at: index)
                if table.classes(of: scalar.value).contains(.whiteSpace) { break }
                index += scalar.byteCount
            } else {
                break
            }
        }
        startsRun = true
        if exceptions.find(bytes, start: start, count: index - start) == nil {
            if lettersEnd == index {
                appendLetters(bytes, start..<index)
                return index
            }
            if lettersEnd + 1 == index, appendLettersAndMark(bytes, start..<index) { return index }
        }
        takeDifficultRun(bytes, start..<index)
        return index
    }

    /// Takes letters with one mark behind them, the second most frequent kind of run; false where a rule may see more
    /// in it than that.
    @inline(__always)
    private mutating func appendLettersAndMark(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
        let end = range.upperBound - 1
        guard end > range.lowerBound else { return false }
        let mark = table.classes(of: UInt32(bytes[end]))
        // A full stop is cut off after a small letter; after a capital it depends.
        let isSuffix = mark.contains(.suffix) || bytes[end] == UInt8(ascii: ".") && bytes[end - 1] >= 97
        guard isSuffix, bytes[end] < 0x80,
            exceptions.find(bytes, start: range.lowerBound, count: end - range.lowerBound) == nil
        else { return false }
        appendLetters(bytes, range.lowerBound..<end)
        words.append(
            Word(
                start: UInt32(truncatingIfNeeded: end), byteCount: 1, scalarCount: 1,
                traits: Self.traits(some: mark.rawValue, every: mark.rawValue, isSingle: true),
                value: UInt64(bytes[end])))
        return true
    }

    @inline(__always)
    private mutating func appendLetters(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
        var traits: WordTraits = [.alphabetic, .nonSymbol, .startsRun]
        if afterWideSpace { traits.insert(.afterWideSpace) }
        words.append(
            Word(
                start: UInt32(truncatingIfNeeded: range.lowerBound),
                byteCount: UInt32(truncatingIfNeeded: range.count),
                scalarCount: UInt32(truncatingIfNeeded: range.count), traits: traits,
                value: ByteStringValue.value(bytes, start: range.lowerBound, count: range.count)))
    }

    // MARK: - Runs with anything but letters

    private mutating func takeDifficultRun(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
        run.decode(bytes, range, table: table)
        let firstWord = words.count
        let all = 0..<run.count
        suffixes.removeAll(keepingCapacity: true)
        if let number = exception(bytes, all) {
            append(exception: number, bytes, all)
            return
        }
        let middle = cutAffixes(bytes, all)
        if let number = exception(bytes, middle) {
            append(exception: number, bytes, middle)
        } else if !middle.isEmpty {
            appendMiddle(bytes, middle)
        }
        for suffix in suffixes.reversed() { append(bytes, suffix) }
        if words.count - firstWord > 1 {
            ExceptionJoining.join(&words, from: firstWord, bytes, exceptions)
        }
    }

    private func exception(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Int? {
        exceptions.find(bytes, start: run.offset(range.lowerBound), count: run.byteCount(range))
    }

    /// Cuts prefixes (appended as words) and suffixes (remembered), one of each a turn, until none is left or an
    /// exception stands there.
    private mutating func cutAffixes(_ bytes: UnsafeBufferPointer<UInt8>, _ whole: Range<Int>) -> Range<Int> {
        var rest = whole
        while !rest.isEmpty {
            if rest != whole, exception(bytes, rest) != nil { break }
            let front = affixes.prefix(run, rest)
            let withoutPrefix = rest.lowerBound + front..<rest.upperBound
            if front > 0, exception(bytes, withoutPrefix) != nil {
                append(bytes, rest.lowerBound..<withoutPrefix.lowerBound)
                return withoutPrefix
            }
            let back = affixes.suffix(run, withoutPrefix)
            let withoutSuffix = rest.lowerBound..<rest.upperBound - back
            if back > 0, exception(bytes, withoutSuffix) != nil {
                suffixes.append(withoutSuffix.upperBound..<rest.upperBound)
                return withoutSuffix
            }
            guard front + back > 0 else { break }
            if front > 0 { append(bytes, rest.lowerBound..<withoutPrefix.lowerBound) }
            if back > 0 { suffixes.append(withoutSuffix.upperBound..<rest.upperBound) }
            rest = withoutPrefix.lowerBound..<withoutSuffix.upperBound
        }
        return rest
    }

    private mutating func appendMiddle(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
        var cut = range.lowerBound
        var index = range.lowerBound
        var isChecked = false
        while index < range.upperBound {
            let length = EnglishInfixes.length(run, range, at: index)
            if length > 0, index > range.lowerBound {
                // Only what would be cut need be asked whether it is an address.
                if !isChecked, AddressPattern.matches(run, range) { break }
                isChecked = true
                if index > cut { append(bytes, cut..<index) }
                append(bytes, index..<index + length)
                cut = index + length
            }
            index += max(length, 1)
        }
        if cut < range.upperBound { append(bytes, cut..<range.upperBound) }
    }

    private mutating func append(exception number: Int, _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
        var start = range.lowerBound
        for part in exceptions.parts(of: number) {
            let endOffset = run.offset(start) + Int(exceptions.partLengths[part])
            var end = start
            while end < range.upperBound, run.offset(end) < endOffset { end += 1 }
            append(bytes, start..<end)
            start = end
        }
    }

    private mutating func append(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
        var some: UInt32 = 0
        var every = UInt32.max
        for index in range {
            some |= run.classes(index)
            every &= run.classes(index)
        }
        let start = run.offset(range.lowerBound)
        let byteCount = run.byteCount(range)
        var traits = Self.traits(some: some, every: every, isSingle: range.count == 1)
        if startsRun {
            traits.insert(.startsRun)
            if afterWideSpace { traits.insert(.afterWideSpace) }
            startsRun = false
        }
        words.append(
            Word(
                start: UInt32(truncatingIfNeeded: start), byteCount: UInt32(truncatingIfNeeded: byteCount),
                scalarCount: UInt32(truncatingIfNeeded: range.count), traits: traits,
                value: ByteStringValue.value(bytes, start: start, count: byteCount)))
    }

    @inline(__always)
    static func traits(some: UInt32, every: UInt32, isSingle: Bool) -> WordTraits {
        var traits: WordTraits = []
        if some & ScalarClasses.alphabetic.rawValue != 0 { traits.insert(.alphabetic) }
        if every & ScalarClasses.symbol.rawValue == 0 { traits.insert(.nonSymbol) }
        if every & ScalarClasses.punctuation.rawValue != 0 { traits.insert(.punctuation) }
        if isSingle, every & ScalarClasses.sentenceMark.rawValue != 0 { traits.insert(.sentenceMark) }
        return traits
    }
}
