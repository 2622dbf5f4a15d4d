/// A moment as WARC-Date writes it (W3C profile of ISO 8601, UTC): `2008-04-30T20:48:25Z`.
///
/// Read with less (a year, a month, a day, no seconds), with fractions of a second and as fourteen digits, as tools write it.
public struct WARCDate: Sendable, Hashable, CustomStringConvertible {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    public let milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Nil where the text is no date between the years 1 and 9999.
    public init?(_ text: String) {
        var digits: [Int] = []
        var fraction = 0
        var scale = 100
        var inFraction = false
        var rest = Array(text.utf8.prefix(40))[...].trimmingSpace
        if rest.last == UInt8(ascii: "Z") || rest.last == UInt8(ascii: "z") { rest = rest.dropLast() }
        for byte in rest {
            switch byte {
            case 48...57 where inFraction:
                fraction += Int(byte - 48) * scale
                scale /= 10
            case 48...57: digits.append(Int(byte - 48))
            case UInt8(ascii: ".") where digits.count == 14 && !inFraction: inFraction = true
            // A separator stands only where a part is complete.
            case UInt8(ascii: "-") where digits.count == 4 || digits.count == 6: continue
            case UInt8(ascii: "T"), UInt8(ascii: "t"), UInt8(ascii: " "):
                guard digits.count == 8 else { return nil }
            case UInt8(ascii: ":") where digits.count == 10 || digits.count == 12: continue
            default: return nil
            }
        }
        guard [4, 6, 8, 12, 14].contains(digits.count) else { return nil }
        func number(_ range: Range<Int>, _ otherwise: Int) -> Int {
            range.upperBound <= digits.count ? digits[range].reduce(0) { $0 * 10 + $1 } : otherwise
        }
        let (year, month, day) = (number(0..<4, 1), number(4..<6, 1), number(6..<8, 1))
        let (hour, minute, second) = (number(8..<10, 0), number(10..<12, 0), number(12..<14, 0))
        guard year >= 1, (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60 else {
            return nil
        }
        let seconds = WARCDate.days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second
        milliseconds = Int64(seconds) * 1000 + Int64(fraction)
    }

    /// `2008-04-30T20:48:25Z`, without fractions of a second.
    public var description: String {
        let seconds = Int(milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000)
        let day = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        let time = seconds - day * 86_400
        let (year, month, dayOfMonth) = WARCDate.civil(day)
        func padded(_ number: Int, _ width: Int = 2) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
        }
        return
            "\(padded(year, 4))-\(padded(month))-\(padded(dayOfMonth))T\(padded(time / 3600)):\(padded(time / 60 % 60)):\(padded(time % 60))Z"
    }

    /// Days since 1970-01-01 of a day in the Gregorian calendar, by counting years from March (Howard Hinnant, "chrono-compatible low-level date algorithms").
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func civil(_ day: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}
