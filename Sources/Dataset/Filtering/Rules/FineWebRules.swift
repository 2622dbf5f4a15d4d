/// FineWeb's own rules, as datatrove applies them, over the lines that are not blank.
enum FineWebRules {
    static func apply(
        _ settings: FineWebSettings, _ bytes: UnsafeBufferPointer<UInt8>, _ text: TextSegmentation
    ) -> RuleLedger {
        var ledger = RuleLedger(filter: FineWebSettings.filterName)
        var (count, marked, short) = (0, 0, 0)
        var repetition = Repetition(capacity: text.lines.count)
        for line in text.lines where !line.isBlank {
            count += 1
            if ends(bytes, line.range, settings.stopChars) { marked += 1 }
            if line.scalarCount <= settings.shortLineLength { short += 1 }
            repetition.add(hash: line.hash, scalarCount: line.scalarCount)
        }
        ledger.note("fw_lines", Double(count))
        guard count > 0 else {
            ledger.refuse("empty", 0, threshold: nil)
            return ledger
        }
        let breaks = text.lines.count - 1
        let markedShare = share(marked, of: count)
        ledger.note("fw_line_punct", markedShare)
        if let markedShare, markedShare < settings.linePunctThr,
            !(marked == 0 && settings.linePunctExcludeZero)
        {
            ledger.refuse("line_punct_ratio", markedShare, threshold: settings.linePunctThr)
        }
        refuse("short_line_ratio", "fw_short_lines", share(short, of: count), settings.shortLineThr, &ledger)
        refuse(
            "char_dup_ratio", "fw_char_dup", share(repetition.scalars, of: text.scalarCount - breaks),
            settings.charDuplicatesRatio, &ledger)
        refuse(
            "list_ratio", "fw_newlines", share(breaks, of: text.words.count), settings.newLineRatio, &ledger)
        return ledger
    }

    private static func refuse(
        _ rule: String, _ name: String, _ value: Double?, _ threshold: Double, _ ledger: inout RuleLedger
    ) {
        ledger.note(name, value)
        if let value, value > threshold { ledger.refuse(rule, value, threshold: threshold) }
    }

    private static func ends(
        _ bytes: UnsafeBufferPointer<UInt8>, _ line: Range<Int>, _ marks: [String]
    ) -> Bool {
        if marks.isEmpty {
            let last = UTF8Reading.scalar(bytes, before: line.upperBound, lowest: line.lowerBound)
            return CharacterTable.shared.classes(of: last.value).contains(.terminalMark)
        }
        return marks.contains { mark in
            line.count >= mark.utf8.count
                && zip(line.suffix(mark.utf8.count), mark.utf8).allSatisfy { bytes[$0] == $1 }
        }
    }
}
