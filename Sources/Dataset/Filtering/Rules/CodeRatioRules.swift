/// How much of a text is code, markup or signs rather than prose.
enum CodeRatioRules {
    static func apply(
        _ settings: CodeRatioSettings, _ bytes: UnsafeBufferPointer<UInt8>, _ text: TextSegmentation,
        pageByteCount: Int
    ) -> RuleLedger {
        var ledger = RuleLedger(filter: CodeRatioSettings.filterName)
        let alphanumeric = share(alphanumericCount(bytes), of: text.scalarCount)
        ledger.note("alphanumeric_ratio", alphanumeric)
        ledger.refuse("alphanumeric_ratio", alphanumeric, below: settings.minAlphanumericRatio)

        let longest = Double(text.lines.reduce(0) { max($0, $1.scalarCount) })
        ledger.note("longest_line", longest)
        ledger.refuse("longest_line", longest, above: Double(settings.maxLineLength))

        let markup = share(markupCount(bytes), of: text.scalarCount)
        ledger.note("markup_ratio", markup)
        ledger.refuse("markup_ratio", markup, above: settings.maxMarkupRatio)

        let code = text.lines.reduce(0) { $0 + (CodeLine.isCode(bytes, $1.range) ? $1.scalarCount : 0) }
        let codeShare = share(code, of: text.scalarCount)
        ledger.note("code_ratio", codeShare)
        ledger.refuse("code_ratio", codeShare, above: settings.maxCodeRatio)

        if pageByteCount > 0 {
            let ratio = share(bytes.count, of: pageByteCount)
            ledger.note("text_to_page_ratio", ratio)
            ledger.refuse("text_to_page_ratio", ratio, below: settings.minTextToPageRatio)
        }
        return ledger
    }

    /// Letters, numbers and "_", less the latter; marks that combine with letters count with them.
    private static func alphanumericCount(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var count = 0
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte < 0x80 {
                count += (byte | 32) &- 97 < 26 || byte &- 48 < 10 ? 1 : 0
                index += 1
                continue
            }
            let scalar = UTF8Reading.scalar(bytes, at: index)
            if CharacterTable.shared.classes(of: scalar.value).contains(.wordCharacter) { count += 1 }
            index += scalar.byteCount
        }
        return count
    }

    /// Scalars inside `<…>` that starts like a tag, and inside `&…;`; both at most 1,000 and 12 bytes long, so that a
    /// text of “<” alone takes linear time.
    private static func markupCount(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var count = 0
        var index = 0
        while index < bytes.count {
            let end: Int?
            switch bytes[index] {
            case UInt8(ascii: "<"): end = tagEnd(bytes, index)
            case UInt8(ascii: "&"): end = entityEnd(bytes, index)
            default: end = nil
            }
            if let end {
                count += UTF8Reading.scalarCount(bytes, index..<end)
                index = end
            } else {
                index += 1
            }
        }
        return count
    }

    private static func tagEnd(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
        guard start + 1 < bytes.count else { return nil }
        let first = bytes[start + 1]
        guard (first | 32) &- 97 < 26 || first == UInt8(ascii: "/") || first == UInt8(ascii: "!") else { return nil }
        for index in start + 2..<max(start + 2, min(bytes.count, start + 1000)) {
            if bytes[index] == UInt8(ascii: ">") { return index + 1 }
            if bytes[index] == UInt8(ascii: "<") { return nil }
        }
        return nil
    }

    private static func entityEnd(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
        for index in start + 1..<max(start + 1, min(bytes.count, start + 12)) {
            let byte = bytes[index]
            if byte == UInt8(ascii: ";") { return index > start + 1 ? index + 1 : nil }
            guard (byte | 32) &- 97 < 26 || byte &- 48 < 10 || byte == UInt8(ascii: "#") else { return nil }
        }
        return nil
    }
}
