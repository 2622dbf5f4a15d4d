/// Times as text: ISO 8601 in UTC, to the millisecond (days counted as in Hinnant's "chrono-Compatible Low-Level Date Algorithms").
enum TimeText {
    /// "2026-01-31T23:59:59.123Z"; "-" for a time that is not known.
    static func text(milliseconds: Int64) -> String {
        guard milliseconds >= 0, milliseconds < 253_402_300_800_000 else { return "-" }
        let days = milliseconds / 86_400_000
        let rest = milliseconds % 86_400_000
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        let civilMonth = month < 10 ? month + 3 : month - 9
        let year = yearOfEra + era * 400 + (civilMonth <= 2 ? 1 : 0)
        return "\(padded(year, 4))-\(padded(civilMonth, 2))-\(padded(day, 2))T\(padded(rest / 3_600_000, 2)):"
            + "\(padded(rest / 60_000 % 60, 2)):\(padded(rest / 1_000 % 60, 2)).\(padded(rest % 1_000, 3))Z"
    }

    /// "40 s", "3 min 20 s", "2 h 5 min".
    static func span(seconds: Double) -> String {
        guard seconds.isFinite, seconds < 1e9 else { return "long" }
        let whole = Int(max(0, seconds).rounded(.up))
        if whole < 60 { return "\(whole) s" }
        if whole < 3_600 { return "\(whole / 60) min" + (whole % 60 == 0 ? "" : " \(whole % 60) s") }
        return "\(whole / 3_600) h" + (whole / 60 % 60 == 0 ? "" : " \(whole / 60 % 60) min")
    }

    /// Milliseconds since 1970 of "2026-01-31", "2026-01-31T23:59" or "2026-01-31T23:59:59[.123][Z]", in UTC.
    static func milliseconds(_ text: String) -> Int64? {
        var text = text[...]
        if text.hasSuffix("Z") { text = text.dropLast() }
        let halves = text.split(whereSeparator: { $0 == "T" || $0 == " " })
        guard (1...2).contains(halves.count) else { return nil }
        let date = halves[0].split(separator: "-", omittingEmptySubsequences: false).map { Int64($0) ?? -1 }
        guard date.count == 3, (1970...9999).contains(date[0]), (1...12).contains(date[1]), (1...31).contains(date[2]) else { return nil }
        var total = days(date[0], date[1], date[2]) * 86_400_000
        guard halves.count == 2 else { return total }
        let seconds = halves[1].split(separator: ".", omittingEmptySubsequences: false)
        let clock = seconds[0].split(separator: ":", omittingEmptySubsequences: false).map { Int64($0) ?? -1 }
        guard (2...3).contains(clock.count), seconds.count <= 2, (0..<24).contains(clock[0]),
            clock.dropFirst().allSatisfy({ (0..<60).contains($0) })
        else { return nil }
        total += clock[0] * 3_600_000 + clock[1] * 60_000 + (clock.count == 3 ? clock[2] * 1_000 : 0)
        guard seconds.count == 2 else { return total }
        guard let fraction = Int64((seconds[1] + "00").prefix(3)), fraction >= 0 else { return nil }
        return total + fraction
    }

    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let era = year / 400
        let yearOfEra = year % 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}
