/// The classes of every Unicode scalar in two array reads: the generated runs, laid out in blocks of 128.
struct CharacterTable: Sendable {
    static let shared = CharacterTable()

    private let blockOfScalar: [UInt16]
    private let classes: [UInt32]

    private init() {
        let runs = EnglishCharacterRuns.runs
        let kinds = EnglishCharacterRuns.kinds
        var blocks: [[UInt32]: UInt16] = [:]
        var blockOfScalar: [UInt16] = []
        var classes: [UInt32] = []
        var run = 0
        var block = [UInt32](repeating: 0, count: 128)
        // Most blocks lie inside one run: those of one kind are alike.
        var blockOfKind: [UInt16?] = Array(repeating: nil, count: kinds.count)
        for first in stride(from: UInt32(0), to: 0x11_0000, by: 128) {
            while run + 1 < runs.count, runs[run + 1] >> 11 <= first { run += 1 }
            let kind = Int(runs[run] & 0x7FF)
            let isOneKind = run + 1 == runs.count || runs[run + 1] >> 11 >= first + 128
            if isOneKind, let known = blockOfKind[kind] {
                blockOfScalar.append(known)
                continue
            }
            for offset in 0..<128 {
                let scalar = first + UInt32(offset)
                while run + 1 < runs.count, runs[run + 1] >> 11 <= scalar { run += 1 }
                block[offset] = kinds[Int(runs[run] & 0x7FF)]
            }
            if let known = blocks[block] {
                blockOfScalar.append(known)
            } else {
                let number = UInt16(classes.count / 128)
                blocks[block] = number
                blockOfScalar.append(number)
                classes += block
            }
            if isOneKind { blockOfKind[kind] = blockOfScalar.last }
        }
        self.blockOfScalar = blockOfScalar
        self.classes = classes
    }

    /// The classes of a scalar value; a number that is no scalar value has none.
    @inline(__always)
    func classes(of scalar: UInt32) -> ScalarClasses {
        guard scalar < 0x11_0000 else { return [] }
        return ScalarClasses(
            rawValue: classes[Int(blockOfScalar[Int(scalar >> 7)]) << 7 | Int(scalar & 127)])
    }
}
