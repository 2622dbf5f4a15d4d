/// Finds a few fixed phrases in lines whatever their case, in one pass: each phrase waits at its rarest letter.
///
/// Lower case is Python's `lower()`: for these ASCII phrases that means A–Z, and the Kelvin sign, which becomes "k".
struct PhraseFinder: Sendable {
    /// Phrases as lower-case ASCII, with the place of the letter at which they are compared.
    private struct Phrase: Sendable {
        var bytes: [UInt8]
        var anchor: Int
        var number: Int
    }

    /// For each byte, 0, or one more than the index into `groups`.
    private var groupOfByte = [UInt8](repeating: 0, count: 256)
    private var groups: [[Phrase]] = []

    private static let rarestFirst = Array("qxzjkvbpygfwmucldrhsnioate ".utf8)
    private static let kelvinSecondByte: UInt8 = 0x84

    /// Bit n of a result stands for phrase n; at most 32 phrases of lower-case letters and blanks.
    init(_ phrases: [String]) {
        for (number, phrase) in phrases.prefix(32).enumerated() {
            let bytes = Array(phrase.utf8)
            guard let letter = Self.rarestFirst.first(where: { bytes.contains($0) }),
                let anchor = bytes.firstIndex(of: letter)
            else { continue }
            if groupOfByte[Int(letter)] == 0 {
                groups.append([])
                groupOfByte[Int(letter)] = UInt8(groups.count)
                groupOfByte[Int(letter) - 32] = UInt8(groups.count)
            }
            groups[Int(groupOfByte[Int(letter)]) - 1].append(
                Phrase(bytes: bytes, anchor: anchor, number: number))
        }
    }

    /// Which phrases stand in these bytes.
    func find(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> UInt32 {
        var found: UInt32 = 0
        var hasKelvin = false
        groupOfByte.withUnsafeBufferPointer { groupOfByte in
            for index in range {
                let byte = bytes[index]
                let group = groupOfByte[Int(byte)]
                if group != 0 {
                    found |= compare(bytes, range, at: index, group: Int(group) - 1)
                } else if byte == Self.kelvinSecondByte {
                    hasKelvin = hasKelvin || isKelvin(bytes, range, index)
                }
            }
        }
        return hasKelvin ? found | findWithoutKelvin(bytes, range) : found
    }

    private func compare(
        _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, at index: Int, group: Int
    ) -> UInt32 {
        var found: UInt32 = 0
        for phrase in groups[group] {
            let start = index - phrase.anchor
            guard start >= range.lowerBound, start + phrase.bytes.count <= range.upperBound else { continue }
            var isSame = true
            for offset in phrase.bytes.indices where isSame {
                let byte = bytes[start + offset]
                isSame = (byte &- 65 < 26 ? byte | 32 : byte) == phrase.bytes[offset]
            }
            if isSame { found |= 1 << UInt32(phrase.number) }
        }
        return found
    }

    private func isKelvin(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ index: Int) -> Bool {
        index > range.lowerBound && index + 1 < range.upperBound && bytes[index - 1] == 0xE2
            && bytes[index + 1] == 0xAA
    }

    /// The same over a copy in which each Kelvin sign is a "k".
    private func findWithoutKelvin(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> UInt32 {
        var copy: [UInt8] = []
        copy.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            if index + 2 < range.upperBound, bytes[index] == 0xE2, isKelvin(bytes, range, index + 1) {
                copy.append(UInt8(ascii: "k"))
                index += 3
            } else {
                copy.append(bytes[index])
                index += 1
            }
        }
        return copy.withUnsafeBufferPointer { find($0, 0..<$0.count) }
    }
}
