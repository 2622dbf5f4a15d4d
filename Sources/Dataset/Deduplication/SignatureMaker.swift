import Crypto

/// Makes signatures of texts: the part of deduplication that needs no index, and so runs in parallel.
///
/// Fingerprint and 5-grams come from the same text in form C (NFC), so equal fingerprints have equal 5-grams, and a text in form D is
/// cut into the same words as its twin.
/// Keeps its scratch memory from text to text. One owner at a time: one maker for each task.
public struct SignatureMaker {
    public let hasher: MinHasher
    private var shingler = Shingler()
    private var folder = WhiteSpaceFolder()
    private var normalizer = TextNormalizer()

    public init(_ settings: DeduplicationSettings = DeduplicationSettings()) throws(DeduplicationError) {
        hasher = try MinHasher(settings)
    }

    public mutating func signature(of text: UnsafeRawBufferPointer) -> DocumentSignature {
        normalizer.withNormalized(text) { text in
            DocumentSignature(
                fingerprint: Self.fingerprint(of: text, &folder), shingles: shingler.shingles(of: text), hasher: hasher)
        }
    }

    public mutating func signature(of text: String) -> DocumentSignature {
        var text = text
        return text.withUTF8 { signature(of: UnsafeRawBufferPointer($0)) }
    }

    /// The fingerprint alone: for exact deduplication.
    public mutating func fingerprint(of text: UnsafeRawBufferPointer) -> TextFingerprint {
        normalizer.withNormalized(text) { Self.fingerprint(of: $0, &folder) }
    }

    private static func fingerprint(of normalized: UnsafeRawBufferPointer, _ folder: inout WhiteSpaceFolder) -> TextFingerprint {
        folder.withFolded(normalized) { folded in
            var hash = SHA256()
            hash.update(bufferPointer: folded)
            return hash.finalize().withUnsafeBytes { digest in
                TextFingerprint(
                    low: UInt64(littleEndian: digest.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
                    high: UInt64(littleEndian: digest.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
            }
        }
    }
}
