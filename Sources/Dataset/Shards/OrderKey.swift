/// A place in the one order of a dataset's input: what decides which document comes first, whatever thread, run or partition had it.
///
/// `ordinal` is the page's number for archives; for a live crawl it is the append time, and `tieBreak` then tells pages of
/// the same time apart (partition and offset). Keys are compared by `ordinal` first. The text form is `ordinal` or `ordinal.tieBreak`.
public struct OrderKey: Hashable, Comparable, Sendable, CustomStringConvertible {
    public var ordinal: UInt64
    public var tieBreak: UInt64

    public init(_ ordinal: UInt64, tieBreak: UInt64 = 0) {
        self.ordinal = ordinal
        self.tieBreak = tieBreak
    }

    public static func < (left: OrderKey, right: OrderKey) -> Bool {
        (left.ordinal, left.tieBreak) < (right.ordinal, right.tieBreak)
    }

    public var description: String { tieBreak == 0 ? "\(ordinal)" : "\(ordinal).\(tieBreak)" }

    /// Reads the text form back; nil for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let ordinal = UInt64(first) else { return nil }
        guard parts.count == 2 else {
            self.init(ordinal)
            return
        }
        guard let tieBreak = UInt64(parts[1]) else { return nil }
        self.init(ordinal, tieBreak: tieBreak)
    }
}

/// Coded as its text, because JSON numbers above 2^53 are not safe in other people's readers.
extension OrderKey: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let key = OrderKey(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(text) is no order key")
        }
        self = key
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
