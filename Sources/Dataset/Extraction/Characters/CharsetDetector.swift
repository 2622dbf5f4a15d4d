internal import CUchardet

/// Guesses a charset from bytes by letter and pair statistics, with Mozilla's universal detector (`libuchardet`).
///
/// Limits: at most `budgetBytes` are looked at, from the first byte beyond ASCII on, stretches of ASCII left out.
/// Thread rule: a detector is made for each call.
/// Source: Li, Momoi, "A composite approach to language/encoding detection" (2001).
struct CharsetDetector: Sendable {
    /// Most bytes that are given to the detector.
    var budgetBytes = 64 << 10

    /// The charset that the bytes look like; nil without an answer, or with one that pages are not written in.
    func detect(_ bytes: UnsafeRawBufferPointer, firstNonASCII: Int) -> Charset? {
        guard firstNonASCII < bytes.count, let detector = uchardet_new() else { return nil }
        defer { uchardet_delete(detector) }
        var rest = budgetBytes
        var position = firstNonASCII
        while rest > 0, let part = nextPart(bytes, from: position, atMost: rest) {
            let text = bytes.baseAddress.map { ($0 + part.lowerBound).assumingMemoryBound(to: CChar.self) }
            guard uchardet_handle_data(detector, text, part.count) == 0 else { return nil }
            rest -= part.count
            position = part.upperBound
        }
        uchardet_data_end(detector)
        guard let name = uchardet_get_charset(detector) else { return nil }
        return Charset(label: String(cString: name))
    }

    /// The next stretch to look at: from a space before the next byte beyond ASCII to where `longASCII` bytes of ASCII
    /// follow. A space is never the second byte of a character, so a part starts between characters.
    private func nextPart(_ bytes: UnsafeRawBufferPointer, from position: Int, atMost limit: Int) -> Range<Int>? {
        let longASCII = 512
        let context = 64
        guard var first = bytes[position...].firstIndex(where: { $0 >= 0x80 }) else { return nil }
        var end = first
        var lastNonASCII = first
        while end < bytes.count, end - lastNonASCII < longASCII, end - first < limit {
            if bytes[end] >= 0x80 { lastNonASCII = end }
            end += 1
        }
        let earliest = max(position, first - context)
        if let space = bytes[earliest..<first].lastIndex(where: { $0 == 0x20 || $0 == 0x0A || $0 == 0x3E }) { first = space }
        return first..<min(end, first + limit)
    }
}
