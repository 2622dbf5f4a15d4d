/// The decision on bytes that are not UTF-8, among what is declared and what they look like.
struct CharsetChoice {
    let bytes: UnsafeRawBufferPointer
    let scan: UTF8Scan
    let inHTTP: Charset?
    let inDocument: Charset?
    let detector: CharsetDetector

    /// One reading of the bytes.
    private struct Reading {
        var charset: Charset
        var evidence: DecodedText.Evidence
        var conversion: Conversion

        var damage: Int { conversion.replacements + conversion.doubtful }

        /// Clean, but for a last character that the end of the text cuts off.
        var isClean: Bool {
            conversion.isClean
                || conversion.doubtful == 0 && conversion.replacements == 1
                    && conversion.utf8.suffix(3).elementsEqual(UTF8Scanner.replacementCharacter)
        }

        var text: DecodedText { DecodedText(conversion, charset, evidence) }
    }

    func decode() -> DecodedText {
        if let damaged = damagedUTF8() { return damaged.text }
        var readings: [Reading] = []
        for reading in [read(inHTTP, .declaredInHTTP), read(inDocument, .declaredInMeta)] {
            if let reading, !readings.contains(where: { $0.charset == reading.charset }) { readings.append(reading) }
        }
        if let trusted = trusted(readings) { return trusted.text }
        let detected = detector.detect(bytes, firstNonASCII: scan.firstNonASCII)
        if let known = readings.first(where: { $0.charset == detected && $0.isClean }) { return known.text }
        if let found = read(detected, .detected) {
            if found.isClean { return found.text }
            readings.append(found)
        }
        if let clean = readings.first(where: \.isClean) { return clean.text }
        return leastDamaged(readings).text
    }

    private func read(_ charset: Charset?, _ evidence: DecodedText.Evidence) -> Reading? {
        guard let charset, let conversion = CharsetConverter.convert(bytes, from: charset) else { return nil }
        return Reading(charset: charset, evidence: evidence, conversion: conversion)
    }

    /// UTF-8 with some bytes broken (cut snippets, one include in another charset) is still UTF-8: text in another charset
    /// has next to no well-formed sequences by chance.
    private func damagedUTF8() -> Reading? {
        let declared: DecodedText.Evidence? =
            inHTTP == .utf8 ? .declaredInHTTP : inDocument == .utf8 ? .declaredInMeta : nil
        let needed = declared == nil ? 10 : 2
        guard scan.multiByteSequences >= needed * scan.malformed else { return nil }
        return read(.utf8, declared ?? .detected)
    }

    /// The first declared reading that the bytes agree with. A declared Latin charset is asked twice: nearly all bytes
    /// have a character in it, and it is what servers declare by default.
    private func trusted(_ readings: [Reading]) -> Reading? {
        let looksLatin = !hasRunsOfLetters
        let candidates = readings.filter { $0.isClean && (looksLatin || !$0.charset.isLatinSingleByte) }
        guard let first = candidates.first else { return nil }
        if candidates.count > 1, first.charset == .windows1252, first.evidence == .declaredInHTTP,
            let detected = detector.detect(bytes, firstNonASCII: scan.firstNonASCII)
        {
            return candidates.first { $0.charset == detected } ?? first
        }
        return first
    }

    /// Whether most bytes from 0xA1 up have a neighbour like them: so it is in Cyrillic, Greek, Hebrew, Arabic, Thai and
    /// East Asian charsets, while accented Latin letters mostly stand alone.
    private var hasRunsOfLetters: Bool {
        var letters = 0
        var inRuns = 0
        var previousWasLetter = false
        var previousCounted = false
        for byte in bytes[scan.firstNonASCII...].prefix(detector.budgetBytes) {
            let isLetter = byte >= 0xA1
            if isLetter {
                letters += 1
                if previousWasLetter {
                    inRuns += previousCounted ? 1 : 2
                    previousCounted = true
                }
            } else {
                previousCounted = false
            }
            previousWasLetter = isLetter
        }
        return letters >= 8 && inRuns * 2 > letters
    }

    /// Real text with a few broken bytes: the reading with least damage, a declared one before a detected one. Where even
    /// that is more than one in fifty of the bytes beyond ASCII, it is a fallback and is called so.
    private func leastDamaged(_ readings: [Reading]) -> Reading {
        var best: Reading?
        for reading in readings where reading.damage < best?.damage ?? .max { best = reading }
        let beyondASCII = bytes.reduce(into: 0) { $0 += $1 >= 0x80 ? 1 : 0 }
        if let best, best.damage * 50 <= beyondASCII { return best }
        let western = read(.windows1252, .fallback)
        if let western, western.damage < best?.damage ?? .max { best = western }
        var last = best ?? Reading(charset: .utf8, evidence: .fallback, conversion: Conversion())
        if best == nil { last.conversion.replacements = UTF8Scanner.appendRepaired(bytes, to: &last.conversion.utf8) }
        last.evidence = .fallback
        return last
    }
}
