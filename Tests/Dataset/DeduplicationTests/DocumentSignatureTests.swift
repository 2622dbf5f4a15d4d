@testable import Deduplication
import Testing

@Suite struct DocumentSignatureTests {
    @Test func survivesItsBytes() throws {
        var stream = TextStream(seed: 1)
        var maker = try SignatureMaker()
        for text in ["", "too short", "one two three four five"] + (0..<50).map({ _ in stream.next() }) {
            let signature = maker.signature(of: text)
            #expect(try DocumentSignature(decoding: signature.encode()) == signature)
        }
    }

    @Test func refusesBrokenBytes() throws {
        var stream = TextStream(seed: 2)
        var maker = try SignatureMaker()
        _ = stream.next()
        let bytes = maker.signature(of: stream.next() + " and some more words here").encode()
        for length in 0..<bytes.count {
            #expect(throws: DeduplicationError.self) { try DocumentSignature(decoding: Array(bytes[..<length])) }
        }
        #expect(throws: DeduplicationError.self) { try DocumentSignature(decoding: bytes + [0]) }
        var swapped = bytes
        swapped.swapAt(bytes.count - 1, bytes.count - 5)
        #expect(throws: DeduplicationError.self) { try DocumentSignature(decoding: swapped) }
        // Any byte may be anything: an error, or a signature, and nothing else.
        var random = Seeded(3)
        for _ in 0..<3_000 {
            var broken = bytes
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                broken[Int.random(in: 0..<40, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if let read = try? DocumentSignature(decoding: broken) { #expect(read.encode().count == broken.count) }
        }
    }

    @Test func fingerprintsIgnoreWhiteSpaceAndForm() throws {
        var maker = try SignatureMaker()
        func fingerprint(_ text: String) -> TextFingerprint { maker.signature(of: text).fingerprint }
        let base = fingerprint("caf\u{E9} au lait")
        #expect(fingerprint("  cafe\u{301}\n\tau\u{3000}\u{2003}lait\u{A0}\r\n") == base)
        #expect(fingerprint("caf\u{E9} aulait") != base)
        #expect(fingerprint("Caf\u{E9} au lait") != base)
        #expect(fingerprint("cafe au lait") != base)
        #expect(fingerprint(" \n ") == fingerprint(""))
        #expect(TextFingerprint(base.bytes) == base && TextFingerprint([1]) == nil)
        // U+200B and U+FEFF are not White_Space.
        #expect(fingerprint("caf\u{E9}\u{200B} au lait") != base)
        // SHA-256 of "abc", FIPS 180-4, example B.1.
        #expect(
            fingerprint(" abc ").bytes == [
                0xBA, 0x78, 0x16, 0xBF, 0x8F, 0x01, 0xCF, 0xEA, 0x41, 0x41, 0x40, 0xDE, 0x5D, 0xAE, 0x22, 0x23,
            ])
    }

    @Test func whiteSpaceIsUnicodes() throws {
        var maker = try SignatureMaker()
        let joined = maker.signature(of: "a b").fingerprint
        for value in UInt32(1)..<0x1_0000 {
            guard let scalar = Unicode.Scalar(value), scalar.properties.isWhitespace || value < 0x3100 else { continue }
            // Marks and jamo may compose with the letter before; they are not white space in any case.
            let text = "a" + String(Character(scalar)) + "b"
            if (maker.signature(of: text).fingerprint == joined) != scalar.properties.isWhitespace {
                Issue.record("U+\(String(value, radix: 16))")
            }
        }
    }

    @Test func equalFingerprintsHaveEqualShingles() throws {
        var maker = try SignatureMaker()
        let composed = maker.signature(of: "\u{E9}t\u{E9} \u{F4}te \u{FB}r v\u{E0} na\u{EF}f o\u{F9}")
        let decomposed = maker.signature(of: "e\u{301}te\u{301}  o\u{302}te u\u{302}r va\u{300} nai\u{308}f ou\u{300}")
        #expect(composed == decomposed && composed.shingles.total == 2)
    }
}
