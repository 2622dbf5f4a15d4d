/// What is cut off at the ends of an English word, as the tokenizer's prefix and suffix patterns have it.
struct EnglishAffixes: Sendable {
    static let shared = EnglishAffixes()

    /// Units and currencies, as scalars, by their last scalar.
    private let unitsByLast: [UInt32: [[UInt32]]]
    private let longestUnit: Int
    /// For an ASCII scalar: whether a unit ends with it.
    private let unitMayEnd: [Bool]

    private init() {
        var units: [UInt32: [[UInt32]]] = [:]
        var longest = 0
        var mayEnd = [Bool](repeating: false, count: 128)
        for row in EnglishExceptionRows.units.split(separator: "\n") {
            let unit = row.unicodeScalars.map(\.value)
            guard let last = unit.last else { continue }
            units[last, default: []].append(unit)
            longest = max(longest, unit.count)
            if last < 128 { mayEnd[Int(last)] = true }
        }
        unitsByLast = units
        longestUnit = longest
        unitMayEnd = mayEnd
    }

    @inline(__always)
    private static func isDigit(_ scalar: UInt32) -> Bool { scalar &- 48 < 10 }

    private static let stop = UInt32(UInt8(ascii: "."))
    private static let dollar = UInt32(UInt8(ascii: "$"))

    /// How many scalars are cut off at the front; 0 for none.
    func prefix(_ run: borrowing RunScalars, _ range: Range<Int>) -> Int {
        let first = range.lowerBound
        if run.has(first, .prefix) { return 1 }
        let value = run.value(first)
        guard value < 128 else { return 0 }
        switch UInt8(value) {
        case UInt8(ascii: "+"):
            return range.count > 1 && Self.isDigit(run.value(first + 1)) ? 0 : 1
        case UInt8(ascii: "."):
            var end = first
            while end < range.upperBound, run.value(end) == Self.stop { end += 1 }
            return end - first > 1 ? end - first : 0
        case UInt8(ascii: "U"):
            return range.count > 2 && run.value(first + 1) == UInt32(UInt8(ascii: "S"))
                && run.value(first + 2) == Self.dollar ? 3 : 0
        case UInt8(ascii: "C"), UInt8(ascii: "A"):
            return range.count > 1 && run.value(first + 1) == Self.dollar ? 2 : 0
        default:
            return 0
        }
    }

    /// How many scalars are cut off at the end; 0 for none. The longest of what the alternatives find, since the
    /// pattern is searched from the left.
    func suffix(_ run: borrowing RunScalars, _ range: Range<Int>) -> Int {
        guard !range.isEmpty else { return 0 }
        let last = range.upperBound - 1
        let value = run.value(last)
        var length = 0
        if run.has(last, .suffix) {
            // U+2026 counts as two where two stand.
            length = value == 0x2026 && range.count > 1 && run.value(last - 1) == 0x2026 ? 2 : 1
        } else if value == Self.stop {
            length = stops(run, range)
        } else if value | 32 == UInt32(UInt8(ascii: "s")), range.count > 1 {
            let before = run.value(last - 1)
            if before == 0x27 || before == 0x2019 { length = 2 }
        } else if value == UInt32(UInt8(ascii: "+")) {
            length = range.count > 1 && Self.isDigit(run.value(last - 1)) ? 1 : 0
        }
        if value >= 128 || unitMayEnd[Int(value)] { length = max(length, unit(run, range)) }
        return length
    }

    /// A run of full stops; or one after a lower-case letter, two upper-case ones, a degree.
    private func stops(_ run: borrowing RunScalars, _ range: Range<Int>) -> Int {
        var start = range.upperBound
        while start > range.lowerBound, run.value(start - 1) == Self.stop { start -= 1 }
        let count = range.upperBound - start
        if count > 1 { return count }
        guard start > range.lowerBound else { return 0 }
        if run.has(start - 1, .beforeFullStop) { return 1 }
        guard start - 1 > range.lowerBound else { return 0 }
        if run.has(start - 1, .upper), run.has(start - 2, .upper) { return 1 }
        let letter = run.value(start - 1) | 32
        let isDegree = run.value(start - 2) == 0xB0
        return isDegree && (letter == 0x66 || letter == 0x63 || letter == 0x6B) && run.value(start - 1) < 128 ? 1 : 0
    }

    /// A unit or currency right after a digit: since none holds a digit, it starts after the last one.
    private func unit(_ run: borrowing RunScalars, _ range: Range<Int>) -> Int {
        var start = range.upperBound
        let lowest = max(range.lowerBound, range.upperBound - longestUnit)
        while start > lowest, !Self.isDigit(run.value(start - 1)) { start -= 1 }
        let length = range.upperBound - start
        guard length > 0, length <= longestUnit, start > range.lowerBound,
            Self.isDigit(run.value(start - 1)),
            let units = unitsByLast[run.value(range.upperBound - 1)]
        else { return 0 }
        for unit in units where unit.count == length {
            var same = true
            for offset in 0..<length where run.value(start + offset) != unit[offset] { same = false }
            if same { return length }
        }
        return 0
    }
}
