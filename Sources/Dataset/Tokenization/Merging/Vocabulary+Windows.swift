// Long pieces in linear time: merged window by window, and put together where that is provably the same.
//
// A sequence of tokens is what merging its bytes gives if, and only if, that holds for each two neighbours alone. For if merging ever joined bytes over a border,
// take the first time: until then the parts on both sides have developed as they do when the two tokens are merged alone, and so that merge would have been next there too.
// So: merge one window, drop its last tokens (the cut has spoilt them), merge another window from there, and keep both if the tokens at the seam are neighbours that stay.
import Glibc

extension Vocabulary {
    /// Up to this many bytes a piece is merged at once.
    static let directBytes = 80
    private static let firstWindow = 64
    private static let windowGrowth = 16
    /// How many tokens of a window are dropped, in the order they are tried.
    private static let drops = [2, 3, 4, 1, 5, 6, 8]

    func mergeInWindows(
        _ piece: UnsafePointer<UInt8>, _ count: Int, _ readable: Int, _ scratch: TokenizerScratch,
        _ identifiers: inout [UInt32]
    ) {
        var windowSize = Self.firstWindow
        var start = 0
        var current = WindowBuffer()
        var following = WindowBuffer()
        swap(&current, &scratch.window)
        mergeWindow(piece, windowEnd(piece, 0, windowSize, count), readable, scratch, &current)
        while true {
            let last = current.parts.last.map { Int($0.end) } ?? 0
            if start + last >= count { break }
            if let kept = seam(piece + start, count - start, readable - start, windowSize, current, &following, scratch)
            {
                emit(current.parts[..<kept], piece + start, &identifiers)
                start += Int(current.parts[kept - 1].end)
                swap(&current, &following)
            } else {
                windowSize = windowSize >= count ? count : windowSize * Self.windowGrowth
                let end = windowEnd(piece, start, windowSize, count)
                mergeWindow(piece + start, end - start, readable - start, scratch, &current)
            }
        }
        emit(current.parts[...], piece + start, &identifiers)
        swap(&current, &scratch.window)
    }

    /// How many parts of the window at `piece` to keep, with the window after them in `following`; nil where no seam holds.
    private func seam(
        _ piece: UnsafePointer<UInt8>, _ count: Int, _ readable: Int, _ windowSize: Int, _ current: WindowBuffer,
        _ following: inout WindowBuffer, _ scratch: TokenizerScratch
    ) -> Int? {
        for drop in Self.drops where drop < current.parts.count {
            let kept = current.parts.count - drop
            let border = Int(current.parts[kept - 1].end)
            let end = windowEnd(piece, border, windowSize, count)
            let sameBytes = end - border == current.byteCount && memcmp(piece + border, piece, end - border) == 0
            if sameBytes {
                // A run of one letter, or of one short pattern: nothing to merge again.
                following.copy(current)
            } else {
                mergeWindow(piece + border, end - border, readable - border, scratch, &following)
            }
            guard let next = following.parts.first else { continue }
            let left = kept > 1 ? Int(current.parts[kept - 2].end) : 0
            let seam = WindowBuffer.Seam(left: current.parts[kept - 1].identifier, right: next.identifier)
            if sameBytes && seam.isOfTokens && seam == following.seam { return kept }
            if staysDivided(piece + left, border - left, Int(next.end), readable - left, scratch) {
                following.seam = seam
                return kept
            }
        }
        return nil
    }

    /// Whether merging two neighbours, of `left` and `right` bytes, gives the two again.
    private func staysDivided(
        _ pair: UnsafePointer<UInt8>, _ left: Int, _ right: Int, _ readable: Int, _ scratch: TokenizerScratch
    ) -> Bool {
        var merged = WindowBuffer()
        swap(&merged, &scratch.pair)
        mergeWindow(pair, left + right, readable, scratch, &merged)
        let stays = merged.parts.count == 2 && Int(merged.parts[0].end) == left
        swap(&merged, &scratch.pair)
        return stays
    }

    /// Where a window ends that begins at `start`: never within a character.
    private func windowEnd(_ piece: UnsafePointer<UInt8>, _ start: Int, _ size: Int, _ count: Int) -> Int {
        guard count - start > size else { return count }
        var end = start + size
        if beginsWithCharacters {
            while end < count, piece[end] & 0xC0 == 0x80 { end += 1 }
        }
        return end
    }

    /// Merges one window by itself into `window`.
    private func mergeWindow(
        _ piece: UnsafePointer<UInt8>, _ count: Int, _ readable: Int, _ scratch: TokenizerScratch,
        _ window: inout WindowBuffer
    ) {
        window.removeAll()
        if count <= PartBuffer.capacity {
            let places = fill(scratch.parts, piece, count, readable)
            scratch.parts.mergeAll(places, piece: piece, byteCount: count, readable: readable, rule: rule, table: table)
            scratch.parts.forEach(places) { window.append($0, end: $1.upperBound) }
            return
        }
        var places = 0
        forEachSymbol(piece, count, readable) { _, _ in places += 1 }
        var long = LongMerge(count: places)
        var place = 0
        forEachSymbol(piece, count, readable) { identifier, start in
            long.setPart(place, start: start, identifier: identifier)
            place += 1
        }
        long.run(piece: piece, byteCount: count, readable: readable, rule: rule, table: table) {
            window.append($0, end: $1 + $2)
        }
    }

    private func emit(
        _ parts: ArraySlice<WindowBuffer.Part>, _ piece: UnsafePointer<UInt8>, _ identifiers: inout [UInt32]
    ) {
        var start = 0
        for part in parts {
            append(part.identifier, piece, start..<Int(part.end), &identifiers)
            start = Int(part.end)
        }
    }
}
