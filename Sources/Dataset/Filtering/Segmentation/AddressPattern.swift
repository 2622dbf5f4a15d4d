/// Whether a run of scalars is a web address that stays one word, as the tokenizer's pattern has it:
/// `[scheme://][user[:password]@](IPv4 address | host.name)[:port][(/|?|#)…]`, matched in one walk from each place where
/// a host can start (at the front, after a scheme, after an “@”), so in linear time.
enum AddressPattern {
    static func matches(_ run: borrowing RunScalars, _ range: Range<Int>) -> Bool {
        let first = range.lowerBound
        if hostMatches(run, range, at: first) { return true }
        if let start = afterScheme(run, range), hostMatches(run, range, at: start) { return true }
        for index in range.dropFirst() where run.value(index) == 0x40 {
            if hostMatches(run, range, at: index + 1) { return true }
        }
        return false
    }

    /// Where the host can start after `[\w+.-]{2,}://`.
    private static func afterScheme(_ run: borrowing RunScalars, _ range: Range<Int>) -> Int? {
        var index = range.lowerBound
        while index < range.upperBound, isSchemeScalar(run, index) { index += 1 }
        guard index - range.lowerBound >= 2, index + 3 <= range.upperBound, run.value(index) == 0x3A,
            run.value(index + 1) == 0x2F, run.value(index + 2) == 0x2F
        else { return nil }
        return index + 3
    }

    private static func isSchemeScalar(_ run: borrowing RunScalars, _ index: Int) -> Bool {
        let value = run.value(index)
        return run.has(index, .wordCharacter) || value == 0x2B || value == 0x2D || value == 0x2E
    }

    private static func hostMatches(_ run: borrowing RunScalars, _ range: Range<Int>, at start: Int) -> Bool {
        guard start < range.upperBound else { return false }
        if let end = NumericAddress.end(run, range, at: start), restMatches(run, range, at: end) { return true }
        guard let end = nameEnd(run, range, at: start) else { return false }
        return restMatches(run, range, at: end)
    }

    private static func isLabelEdge(_ value: UInt32) -> Bool {
        value &- 48 < 10 || (value | 32) &- 97 < 26 && value < 128 || value >= 0xA1 && value <= 0xFFFF
    }

    /// The end of a host name: labels of 1 to 64 scalars, each followed by a full stop, and a last one of 2 to 63.
    private static func nameEnd(_ run: borrowing RunScalars, _ range: Range<Int>, at start: Int) -> Int? {
        var label = start
        var labels = 0
        while true {
            var index = label
            while index < range.upperBound, isLabelScalar(run.value(index)) { index += 1 }
            let isFollowedByStop = index < range.upperBound && run.value(index) == 0x2E
            guard isFollowedByStop else { break }
            guard index > label, index - label <= 64, isLabelEdge(run.value(label)),
                isLabelEdge(run.value(index - 1))
            else { return nil }
            labels += 1
            label = index + 1
        }
        guard labels > 0 else { return nil }
        var end = label
        while end < range.upperBound, run.has(end, .addressEnd) { end += 1 }
        return (2...63).contains(end - label) ? end : nil
    }

    private static func isLabelScalar(_ value: UInt32) -> Bool {
        isLabelEdge(value) || value == 0x2D || value == 0x5F
    }

    /// An optional port, then the end, or a path, query or fragment.
    private static func restMatches(_ run: borrowing RunScalars, _ range: Range<Int>, at start: Int) -> Bool {
        var index = start
        if index < range.upperBound, run.value(index) == 0x3A {
            var end = index + 1
            while end < range.upperBound, run.has(end, .decimalDigit) { end += 1 }
            guard (2...5).contains(end - index - 1) else { return false }
            index = end
        }
        guard index < range.upperBound else { return true }
        let value = run.value(index)
        return value == 0x2F || value == 0x3F || value == 0x23
    }
}
