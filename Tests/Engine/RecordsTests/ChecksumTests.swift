import CChecksum
import Records
import Testing

@Suite struct ChecksumTests {
    /// One bit at a time, as the definition says.
    static func reference(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        var crc: UInt32 = 0xffff_ffff
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x82f6_3b78 : crc >> 1 }
        }
        return ~crc
    }

    @Test func allLengthsAgree() {
        var random = Generator(seed: 1)
        let bytes = (0..<40_000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        let lengths = Array(0...300) + [767, 768, 769, 1535, 1536, 1543, 4095, 12_287, 12_288, 12_289, 13_063, 24_576, 39_990]
        for length in lengths {
            let slice = bytes[(length % 9)..<(length % 9 + length)]
            let expected = Self.reference(slice)
            #expect(Checksum.crc32c(Array(slice)) == expected, "length \(length)")
            let portable = slice.withUnsafeBytes { leat_crc32c_portable(0, $0.baseAddress, $0.count) }
            #expect(portable == expected, "length \(length), table")
        }
    }

    @Test func continuesOverPieces() {
        let bytes = (0..<30_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        for cut in [0, 1, 7, 1000, 13_000, 29_999, 30_000] {
            let first = Checksum.crc32c(bytes.span.bytes.extracting(0..<cut))
            let whole = Checksum.crc32c(bytes.span.bytes.extracting(cut..<bytes.count), continuing: first)
            #expect(whole == Checksum.crc32c(bytes))
        }
    }
}

/// SplitMix64, for tests.
struct Generator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
