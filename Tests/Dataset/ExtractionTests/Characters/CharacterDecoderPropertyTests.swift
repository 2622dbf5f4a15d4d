@testable import Extraction
import Testing

@Suite("Any bytes under any charset")
struct CharacterDecoderPropertyTests {
    /// Well-formed, without U+0000, and with as many U+FFFD as are said (the input cannot hold any: see `bytes`).
    private func checkText(_ utf8: [UInt8], _ what: String) {
        guard let string = String(validating: utf8, as: UTF8.self) else {
            Issue.record("not well-formed: \(what)")
            return
        }
        #expect(!string.unicodeScalars.contains("\0"), Comment(rawValue: what))
    }

    @Test func outputIsAlwaysWellFormed() {
        var random = SeededRandom(seed: 42)
        let decoder = CharacterDecoder()
        for charset in Charset.allCases {
            for round in 0..<60 {
                let bytes = randomBytes(&random, style: round % 4)
                let what = "\(charset.rawValue), round \(round)"
                let text = decoder.decode(bytes, contentType: "text/html; charset=\(charset.rawValue)")
                checkText(text.utf8, what)
                let converted = bytes.withUnsafeBytes { CharsetConverter.convert($0, from: charset) }
                #expect(converted != nil, "ICU lacks \(charset.rawValue)")
                checkText(converted?.utf8 ?? [], what)
            }
        }
    }

    @Test func convertingInPartsOfOutputChangesNothing() throws {
        // Expands threefold, so that the output is full several times.
        let bytes = [UInt8](repeating: 0xB1, count: 50_000)
        let text = try #require(bytes.withUnsafeBytes { CharsetConverter.convert($0, from: .shiftJIS) })
        #expect(text.utf8.count == 150_000)
        #expect(String(decoding: text.utf8, as: UTF8.self).unicodeScalars.allSatisfy { $0 == "ｱ" })
    }

    @Test func scanAgreesWithTheStandardLibrary() {
        var random = SeededRandom(seed: 3)
        for round in 0..<4000 {
            let bytes = randomBytes(&random, style: round % 4)
            let scan = bytes.withUnsafeBytes { UTF8Scanner.scan($0) }
            #expect(scan.isStrict == (String(validating: bytes, as: UTF8.self) != nil))
            #expect(scan.nulls == bytes.count { $0 == 0 })
            #expect(scan.firstNonASCII == bytes.firstIndex { $0 >= 0x80 } ?? bytes.count)
            var repaired: [UInt8] = []
            let replaced = bytes.withUnsafeBytes { UTF8Scanner.appendRepaired($0, to: &repaired) }
            #expect(replaced == scan.malformed + scan.nulls)
            let expected = String(decoding: bytes, as: UTF8.self).unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 }
            #expect(Array(String(decoding: repaired, as: UTF8.self).unicodeScalars) == expected)
        }
    }

    /// Four kinds: anything; mostly ASCII; pieces of UTF-8 with damage; seven bits with escapes.
    private func randomBytes(_ random: inout SeededRandom, style: Int) -> [UInt8] {
        let count = Int(random.next() % 300)
        switch style {
        case 0: return (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        case 1: return (0..<count).map { _ in random.next() % 9 == 0 ? UInt8(truncatingIfNeeded: random.next()) : 0x61 }
        case 2:
            var bytes = Array(String(repeating: "aé水😀", count: count / 10).utf8)
            for _ in 0..<(count / 60) where !bytes.isEmpty {
                bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
            }
            return bytes
        default:
            let pieces: [[UInt8]] = [[0x1B, 0x24, 0x42], [0x1B, 0x28, 0x42], [0x1B, 0x24, 0x29, 0x43], [0x0E], [0x0F], [0x7E, 0x7B], [0x46, 0x7C], [0x1B]]
            return (0..<(count / 4)).flatMap { _ in pieces[Int(random.next() % UInt64(pieces.count))] }
        }
    }
}
