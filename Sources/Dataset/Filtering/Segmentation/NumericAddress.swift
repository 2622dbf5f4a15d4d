/// The four numbers of an IPv4 address inside a web address, without the private networks, as the tokenizer's pattern
/// has them: where it says “any digit” it means Unicode's, where it names digits, ASCII's.
enum NumericAddress {
    /// Where the address that starts at `start` ends.
    static func end(_ run: borrowing RunScalars, _ range: Range<Int>, at start: Int) -> Int? {
        var octets: [Range<Int>] = []
        var index = start
        while octets.count < 4 {
            var end = index
            while end < range.upperBound, run.has(end, .decimalDigit), end - index < 4 { end += 1 }
            guard (1...3).contains(end - index) else { return nil }
            octets.append(index..<end)
            if octets.count == 4 { break }
            guard end < range.upperBound, run.value(end) == 0x2E else { return nil }
            index = end + 1
        }
        guard isFirst(run, octets[0]), isMiddle(run, octets[1]), isMiddle(run, octets[2]), isLast(run, octets[3]),
            !isPrivate(run, octets[0], octets[1])
        else { return nil }
        return octets[3].upperBound
    }

    /// The digit's value if it is ASCII, else 10: it then fits only “any digit”.
    private static func digit(_ run: borrowing RunScalars, _ index: Int) -> UInt32 {
        min(run.value(index) &- 48, 10)
    }

    /// `[1-9]\d?|1\d\d|2[01]\d|22[0-3]`
    private static func isFirst(_ run: borrowing RunScalars, _ octet: Range<Int>) -> Bool {
        let first = digit(run, octet.lowerBound)
        if octet.count < 3 { return (1...9).contains(first) }
        let second = digit(run, octet.lowerBound + 1)
        if first == 1 { return true }
        return first == 2 && (second < 2 || second == 2 && digit(run, octet.lowerBound + 2) < 4)
    }

    /// `1?\d{1,2}|2[0-4]\d|25[0-5]`
    private static func isMiddle(_ run: borrowing RunScalars, _ octet: Range<Int>) -> Bool {
        octet.count < 3 || isThreeDigits(run, octet, highest: 5)
    }

    /// `[1-9]\d?|1\d\d|2[0-4]\d|25[0-4]`
    private static func isLast(_ run: borrowing RunScalars, _ octet: Range<Int>) -> Bool {
        octet.count < 3
            ? (1...9).contains(digit(run, octet.lowerBound)) : isThreeDigits(run, octet, highest: 4)
    }

    private static func isThreeDigits(_ run: borrowing RunScalars, _ octet: Range<Int>, highest: UInt32) -> Bool {
        let first = digit(run, octet.lowerBound)
        let second = digit(run, octet.lowerBound + 1)
        if first == 1 { return true }
        return first == 2 && (second < 5 || second == 5 && digit(run, octet.lowerBound + 2) <= highest)
    }

    /// 10…, 127…, 169.254…, 192.168…, 172.16 to 172.31.
    private static func isPrivate(_ run: borrowing RunScalars, _ first: Range<Int>, _ second: Range<Int>) -> Bool {
        func spells(_ octet: Range<Int>, _ digits: [UInt32]) -> Bool {
            octet.count == digits.count && zip(octet, digits).allSatisfy { digit(run, $0) == $1 }
        }
        if spells(first, [1, 0]) || spells(first, [1, 2, 7]) { return true }
        if spells(first, [1, 6, 9]) { return spells(second, [2, 5, 4]) }
        if spells(first, [1, 9, 2]) { return spells(second, [1, 6, 8]) }
        guard spells(first, [1, 7, 2]), second.count == 2 else { return false }
        let (tens, ones) = (digit(run, second.lowerBound), digit(run, second.lowerBound + 1))
        return tens == 1 && (6...9).contains(ones) || tens == 2 || tens == 3 && ones < 2
    }
}
