/// All that the duplicate index needs to know of a document: small enough to travel through a log topic from the tasks that compute it
/// to the one that decides.
///
/// Format (version 1, little-endian):
/// ```
/// offset  bytes
///  0      1       version: 1
///  1      1       0
///  2      2       number of band keys b: 0 for a text of fewer than five words, else the settings' bands
///  4      4       digest of the settings
///  8      4       distinct 5-grams in the text
/// 12      4       stored 5-gram hashes s, at most 65,536
/// 16     16       fingerprint of the whole text
/// 32      8 × b   band keys
/// 32+8b   4 × s   5-gram hashes, ascending, distinct
/// ```
/// Sorted hashes stay plain: the gaps between 300 of 2³² hashes carry 25 bits each, so coding them would save a fifth and cost the
/// comparison its speed.
public struct DocumentSignature: Sendable, Equatable {
    public static let version: UInt8 = 1
    static let headerBytes = 32

    public let fingerprint: TextFingerprint
    public let shingles: ShingleSet
    public let bandKeys: [UInt64]
    public let settingsDigest: UInt32

    public init(fingerprint: TextFingerprint, shingles: ShingleSet, hasher: MinHasher) {
        self.fingerprint = fingerprint
        self.shingles = shingles.stored
        // Over the whole set: a sample of a long text would have another Jaccard with a shorter one's.
        bandKeys = hasher.bandKeys(of: shingles)
        settingsDigest = hasher.settings.digest
    }

    public var byteCount: Int { Self.headerBytes + 8 * bandKeys.count + 4 * shingles.hashes.count }

    public func encode() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: byteCount) { bytes, count in
            encode(into: UnsafeMutableRawBufferPointer(bytes))
            count = byteCount
        }
    }

    /// Writes ``byteCount`` bytes.
    func encode(into bytes: UnsafeMutableRawBufferPointer) {
        bytes[0] = Self.version
        bytes[1] = 0
        bytes.storeBytes(of: UInt16(bandKeys.count).littleEndian, toByteOffset: 2, as: UInt16.self)
        bytes.storeBytes(of: settingsDigest.littleEndian, toByteOffset: 4, as: UInt32.self)
        bytes.storeBytes(of: UInt32(shingles.total).littleEndian, toByteOffset: 8, as: UInt32.self)
        bytes.storeBytes(of: UInt32(shingles.hashes.count).littleEndian, toByteOffset: 12, as: UInt32.self)
        bytes.storeBytes(of: fingerprint.low.littleEndian, toByteOffset: 16, as: UInt64.self)
        bytes.storeBytes(of: fingerprint.high.littleEndian, toByteOffset: 24, as: UInt64.self)
        var position = Self.headerBytes
        for key in bandKeys {
            bytes.storeBytes(of: key.littleEndian, toByteOffset: position, as: UInt64.self)
            position += 8
        }
        for hash in shingles.hashes {
            bytes.storeBytes(of: hash.littleEndian, toByteOffset: position, as: UInt32.self)
            position += 4
        }
    }

    /// Reads a signature. Throws ``DeduplicationError/badSignature(_:)``.
    public init(decoding bytes: [UInt8]) throws(DeduplicationError) {
        let result: Result<DocumentSignature, DeduplicationError> = bytes.withUnsafeBytes { bytes in
            do throws(DeduplicationError) {
                return .success(DocumentSignature(try SignatureView(bytes, trusted: false)))
            } catch {
                return .failure(error)
            }
        }
        self = try result.get()
    }

    init(_ view: SignatureView) {
        fingerprint = view.fingerprint
        shingles = ShingleSet(total: view.hashes.total, hashes: (0..<view.hashes.count).map { view.hashes[$0] })
        bandKeys = (0..<view.bandCount).map { view.bandKey($0) }
        settingsDigest = view.settingsDigest
    }
}
