/// Reads the dates that pages carry and writes them as ISO 8601: `2024-05-31` or `2024-05-31T10:00:00+02:00`.
///
/// Read are ISO 8601 and RFC 3339 (also with a space for the `T`), RFC 2822 (`Fri, 31 May 2024 10:00:00 GMT`), month
/// names in English, German, French, Spanish, Italian, Portuguese and Dutch (`31. Mai 2024`, `May 31, 2024`),
/// `31.05.2024`, `2024/05/31`, and eight digits. `05/31/2024` is read only where one part is above 12.
enum DateReader {
    /// The date in a short text, or nil. Only days from 1990 to 2100 count as dates.
    static func read(_ text: String) -> String? {
        let bytes = Array(text.utf8.prefix(80))
        let fields = tokens(bytes)
        return iso(bytes) ?? named(fields) ?? numeric(fields)
    }

    /// The day in the path of a URL, as in `/2024/05/31/title`.
    static func readPath(of url: String) -> String? {
        let parts = url.utf8.prefix(400).split(whereSeparator: { $0 == 0x2F || $0 == 0x2D || $0 == 0x5F })
        guard parts.count >= 3 else { return nil }
        for index in 0...(parts.count - 3) {
            guard parts[index].count == 4, let year = number(parts[index]), year >= 1990,
                parts[index + 1].count <= 2, let month = number(parts[index + 1]),
                parts[index + 2].count <= 2, let day = number(parts[index + 2])
            else { continue }
            if let found = format(year, month, day) { return found }
        }
        return nil
    }

    private enum Field: Equatable {
        case number(Int, digits: Int)
        case month(Int)
        case word
    }

    private static func tokens(_ bytes: [UInt8]) -> [Field] {
        var fields: [Field] = []
        var index = 0
        while index < bytes.count {
            let start = index
            if bytes[index].isASCIIDigit {
                while index < bytes.count, bytes[index].isASCIIDigit { index += 1 }
                fields.append(number(bytes[start..<index]).map { .number($0, digits: index - start) } ?? .word)
            } else if bytes[index].isASCIILetter || bytes[index] >= 0x80 {
                while index < bytes.count, bytes[index].isASCIILetter || bytes[index] >= 0x80 { index += 1 }
                fields.append(month(bytes[start..<index]).map { .month($0) } ?? .word)
            } else {
                index += 1
            }
        }
        return fields
    }

    /// `2024-05-31`, and what follows when it is a time.
    private static func iso(_ bytes: [UInt8]) -> String? {
        var start = 0
        while start < bytes.count, bytes[start] <= 0x20 { start += 1 }
        let rest = bytes[start...]
        let day: (Int, Int, Int)
        var index: Int
        if rest.count >= 10, rest[start + 4] == 0x2D || rest[start + 4] == 0x2F, rest[start + 7] == rest[start + 4],
            let year = number(rest[start..<start + 4]), let month = number(rest[start + 5..<start + 7]),
            let number = number(rest[start + 8..<start + 10])
        {
            (day, index) = ((year, month, number), start + 10)
        } else if rest.count >= 8, let all = number(rest[start..<start + 8]),
            rest.count == 8 || rest[start + 8] == 0x54
        {
            (day, index) = ((all / 10_000, all / 100 % 100, all % 100), start + 8)
        } else {
            return nil
        }
        guard let date = format(day.0, day.1, day.2) else { return nil }
        guard let time = time(bytes, &index) else { return date }
        return date + "T" + time + zone(bytes, index)
    }

    /// `10:00` or `10:00:00`, after a `T` or a space.
    private static func time(_ bytes: [UInt8], _ index: inout Int) -> String? {
        guard index + 5 < bytes.count, bytes[index] | 0x20 == 0x74 || bytes[index] == 0x20 else { return nil }
        guard bytes[index + 3] == 0x3A, let hour = number(bytes[index + 1..<index + 3]), hour < 24,
            let minute = number(bytes[index + 4..<index + 6]), minute < 60
        else { return nil }
        index += 6
        var second = 0
        if index + 2 < bytes.count, bytes[index] == 0x3A, let found = number(bytes[index + 1..<index + 3]), found < 61 {
            second = found
            index += 3
        }
        if index < bytes.count, bytes[index] == 0x2E || bytes[index] == 0x2C {
            index += 1
            while index < bytes.count, bytes[index].isASCIIDigit { index += 1 }
        }
        return pad(hour) + ":" + pad(minute) + ":" + pad(second)
    }

    private static func zone(_ bytes: [UInt8], _ at: Int) -> String {
        var index = at
        while index < bytes.count, bytes[index] == 0x20 { index += 1 }
        guard index < bytes.count else { return "" }
        if bytes[index] | 0x20 == 0x7A || bytes[index...].starts(with: "GMT".utf8) || bytes[index...].starts(with: "UTC".utf8) {
            return "Z"
        }
        guard bytes[index] == 0x2B || bytes[index] == 0x2D, index + 2 < bytes.count,
            let hours = number(bytes[index + 1..<index + 3]), hours <= 14
        else { return "" }
        let digits = bytes[(index + 3)...].filter(\.isASCIIDigit).prefix(2)
        let minutes = digits.count == 2 ? number(digits) ?? 0 : 0
        return (bytes[index] == 0x2B ? "+" : "-") + pad(hours) + ":" + pad(min(minutes, 59))
    }

    /// A day with the month as a word.
    private static func named(_ fields: [Field]) -> String? {
        for (index, field) in fields.enumerated() {
            guard case .month(let month) = field else { continue }
            let before = numberBefore(fields, index)
            let after = index + 1 < fields.count ? fields[index + 1] : .word
            var later = index + 2
            if later < fields.count, fields[later] == .word { later += 1 }  // "1st", "de"
            let second = later < fields.count ? fields[later] : .word
            if let day = before, day <= 31 {
                for candidate in [after, second] {
                    if case .number(let year, digits: 4) = candidate, let date = format(year, month, day) { return date }
                }
            }
            if case .number(let day, let digits) = after, digits <= 2, case .number(let year, digits: 4) = second,
                let date = format(year, month, day)
            {
                return date
            }
        }
        return nil
    }

    private static func numberBefore(_ fields: [Field], _ index: Int) -> Int? {
        for back in 1...2 where index >= back {
            if case .number(let day, let digits) = fields[index - back], digits <= 2 { return day }
            if fields[index - back] != .word { return nil }
        }
        return nil
    }

    /// `31.05.2024`, `31/05/2024`, `05/31/2024`.
    private static func numeric(_ fields: [Field]) -> String? {
        guard fields.count >= 3, case .number(let first, let firstDigits) = fields[0], firstDigits <= 2,
            case .number(let second, let secondDigits) = fields[1], secondDigits <= 2,
            case .number(let year, digits: 4) = fields[2]
        else { return nil }
        return first > 12 ? format(year, second, first) : second > 12 ? format(year, first, second) : first == second
            ? format(year, first, second) : nil
    }

    private static func format(_ year: Int, _ month: Int, _ day: Int) -> String? {
        let lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard (1990...2100).contains(year), (1...12).contains(month), day >= 1, day <= lengths[month - 1] else { return nil }
        return "\(year)-" + pad(month) + "-" + pad(day)
    }

    private static func pad(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private static func number(_ digits: some Collection<UInt8>) -> Int? {
        guard !digits.isEmpty, digits.count <= 9 else { return nil }
        var value = 0
        for digit in digits {
            guard digit.isASCIIDigit else { return nil }
            value = value * 10 + Int(digit - 0x30)
        }
        return value
    }

    /// The first letters that tell a month, in seven languages.
    private static let months: [(String, Int)] = [
        ("january", 1), ("jan", 1), ("januar", 1), ("janvier", 1), ("enero", 1), ("gennaio", 1), ("janeiro", 1), ("januari", 1),
        ("february", 2), ("feb", 2), ("februar", 2), ("février", 2), ("febrero", 2), ("febbraio", 2), ("fevereiro", 2),
        ("februari", 2), ("march", 3), ("mar", 3), ("märz", 3), ("mars", 3), ("marzo", 3), ("março", 3), ("maart", 3),
        ("april", 4), ("apr", 4), ("avril", 4), ("abril", 4), ("aprile", 4), ("may", 5), ("mai", 5), ("mayo", 5),
        ("maggio", 5), ("maio", 5), ("mei", 5), ("june", 6), ("jun", 6), ("juni", 6), ("juin", 6), ("junio", 6),
        ("giugno", 6), ("junho", 6), ("july", 7), ("jul", 7), ("juli", 7), ("juillet", 7), ("julio", 7), ("luglio", 7),
        ("julho", 7), ("august", 8), ("aug", 8), ("août", 8), ("agosto", 8), ("augustus", 8), ("september", 9),
        ("sep", 9), ("sept", 9), ("septembre", 9), ("septiembre", 9), ("settembre", 9), ("setembro", 9), ("october", 10),
        ("oct", 10), ("oktober", 10), ("okt", 10), ("octobre", 10), ("octubre", 10), ("ottobre", 10), ("outubro", 10),
        ("november", 11), ("nov", 11), ("novembre", 11), ("noviembre", 11), ("novembro", 11), ("december", 12),
        ("dec", 12), ("dezember", 12), ("dez", 12), ("décembre", 12), ("diciembre", 12), ("dicembre", 12),
        ("dezembro", 12),
    ]

    private static func month(_ word: ArraySlice<UInt8>) -> Int? {
        guard word.count >= 3, word.count <= 12 else { return nil }
        let lower = String(decoding: word.map(\.asciiLowercased), as: UTF8.self)
        return months.first { $0.0 == lower }?.1
    }
}
