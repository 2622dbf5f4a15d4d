/// Where an English word is cut in its middle, as the tokenizer's infix pattern has it.
enum EnglishInfixes {
    private static func ascii(_ character: Unicode.Scalar) -> UInt32 { character.value }

    /// The length of the infix that starts at `index` inside `range`; 0 where there is none.
    @inline(__always)
    static func length(_ run: borrowing RunScalars, _ range: Range<Int>, at index: Int) -> Int {
        if run.has(index, .letter), !run.has(index, .infix) { return 0 }
        return punctuationLength(run, range, at: index)
    }

    private static func punctuationLength(_ run: borrowing RunScalars, _ range: Range<Int>, at index: Int) -> Int {
        let value = run.value(index)
        if value == 0x2E {
            var end = index
            while end < range.upperBound, run.value(end) == 0x2E { end += 1 }
            if end - index > 1 { return end - index }
        }
        if run.has(index, .infix) { return 1 }
        // All that follow look one scalar back.
        guard index > range.lowerBound, index + 1 < range.upperBound else { return 0 }
        switch value {
        case 0x2B, 0x2A, 0x5E:  // + * ^
            return betweenDigits(run, index) ? 1 : 0
        case 0x2D:  // -
            return betweenDigits(run, index) ? 1 : dashes(run, range, index, longest: 3)
        case 0x2014:  // em dash
            return dashes(run, range, index, longest: 2)
        case 0x2013, 0x7E:  // en dash, ~
            return dashes(run, range, index, longest: 1)
        case 0x2E:
            return run.has(index - 1, .beforeInnerStop) && run.has(index + 1, .afterInnerStop) ? 1 : 0
        case 0x2C:
            return run.has(index - 1, .letter) && run.has(index + 1, .letter) ? 1 : 0
        case 0x3A, 0x3C, 0x3E, 0x3D, 0x2F:  // : < > = /
            return run.has(index - 1, .letterOrDigit) && run.has(index + 1, .letter) ? 1 : 0
        default:
            return 0
        }
    }

    private static func betweenDigits(_ run: borrowing RunScalars, _ index: Int) -> Bool {
        let after = run.value(index + 1)
        return run.value(index - 1) &- 48 < 10 && (after &- 48 < 10 || after == 0x2D)
    }

    /// Up to `longest` equal dashes between a letter or digit and a letter; the fewest that fit.
    private static func dashes(
        _ run: borrowing RunScalars, _ range: Range<Int>, _ index: Int, longest: Int
    ) -> Int {
        guard run.has(index - 1, .letterOrDigit) else { return 0 }
        for count in 1...longest {
            guard index + count < range.upperBound, run.value(index + count - 1) == run.value(index) else {
                return 0
            }
            if run.has(index + count, .letter) { return count }
        }
        return 0
    }
}
