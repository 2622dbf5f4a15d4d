/// Puts exceptions together again that the affix and infix rules have cut (the emoticon in “so:)”): where their parts
/// stand side by side in one run, the longest first, then the earliest.
enum ExceptionJoining {
    private struct Found {
        var first: Int
        var count: Int
        var entry: Int
    }

    /// Joins among the words from `firstWord` on, which are the words of one run.
    static func join(
        _ words: inout [Word], from firstWord: Int, _ bytes: UnsafeBufferPointer<UInt8>,
        _ exceptions: borrowing ExceptionTable
    ) {
        var found: [Found] = []
        for index in firstWord..<words.count - 1 {
            let first = bytes[Int(words[index].start)]
            guard exceptions.joinMayStart(with: first) else { continue }
            for join in exceptions.joins(startingWith: first) where matches(join, words, index, bytes, exceptions) {
                found.append(Found(first: index, count: join.lengths.count, entry: join.entry))
            }
        }
        if !found.isEmpty { replace(&words, from: firstWord, found, bytes, exceptions) }
    }

    private static func matches(
        _ join: ExceptionTable.Join, _ words: [Word], _ index: Int, _ bytes: UnsafeBufferPointer<UInt8>,
        _ exceptions: borrowing ExceptionTable
    ) -> Bool {
        guard index + join.lengths.count <= words.count else { return false }
        for (offset, length) in join.lengths.enumerated() where words[index + offset].byteCount != length {
            return false
        }
        return exceptions.equals(join.entry, bytes, Int(words[index].start))
    }

    private static func replace(
        _ words: inout [Word], from firstWord: Int, _ found: [Found], _ bytes: UnsafeBufferPointer<UInt8>,
        _ exceptions: borrowing ExceptionTable
    ) {
        var chosen = [Int?](repeating: nil, count: words.count - firstWord)
        var isTaken = [Bool](repeating: false, count: words.count - firstWord)
        let ordered = found.indices.sorted {
            (-found[$0].count, found[$0].first) < (-found[$1].count, found[$1].first)
        }
        for number in ordered {
            let places = found[number].first - firstWord..<found[number].first - firstWord + found[number].count
            if isTaken[places].contains(true) { continue }
            for place in places { isTaken[place] = true }
            chosen[places.lowerBound] = number
        }
        let old = Array(words[firstWord...])
        words.removeSubrange(firstWord...)
        var index = 0
        while index < old.count {
            guard let number = chosen[index] else {
                words.append(old[index])
                index += 1
                continue
            }
            var start = Int(old[index].start)
            var kept = old[index].traits.intersection([.startsRun, .afterWideSpace])
            for part in exceptions.parts(of: found[number].entry) {
                let end = start + Int(exceptions.partLengths[part])
                words.append(WordMaking.word(bytes, start..<end, keeping: kept))
                kept = []
                start = end
            }
            index += found[number].count
        }
    }
}
