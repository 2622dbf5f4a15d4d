import ArgumentParser

/// Bytes a second on the command line: `1048576`, `500K`, `50M`, `1G` (of 1024), also with `iB`, `B` or `/s` behind.
struct ByteRate: ExpressibleByArgument, Equatable {
    var bytesPerSecond: Int

    /// Nil for anything else, and for less than 1 KiB or more than 1 TiB.
    init?(argument: String) {
        var text = argument.lowercased()[...]
        if text.hasSuffix("/s") { text = text.dropLast(2) }
        if text.hasSuffix("ib") { text = text.dropLast(2) } else if text.hasSuffix("b") { text = text.dropLast() }
        let units: [Character: Int] = ["k": 1 << 10, "m": 1 << 20, "g": 1 << 30]
        var unit = 1
        if let last = text.last, let found = units[last] {
            unit = found
            text = text.dropLast()
        }
        guard let number = Double(text), number > 0, number.isFinite, number * Double(unit) >= 1_024, number * Double(unit) <= 1_099_511_627_776 else { return nil }
        bytesPerSecond = Int(number * Double(unit))
    }
}
