/// An encoded ``DocumentSignature`` read in place.
struct SignatureView {
    let bytes: UnsafeRawBufferPointer
    let bandCount: Int
    let hashes: HashRun

    /// Checks lengths, and, where the bytes are not `trusted` to be our own, that the hashes ascend.
    init(_ bytes: UnsafeRawBufferPointer, trusted: Bool) throws(DeduplicationError) {
        guard bytes.count >= DocumentSignature.headerBytes else {
            throw .badSignature("\(bytes.count) bytes, of at least \(DocumentSignature.headerBytes)")
        }
        guard bytes[0] == DocumentSignature.version else { throw .badSignature("version \(bytes[0]) is not known") }
        let bands = Int(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self)))
        let total = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self)))
        let stored = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 12, as: UInt32.self)))
        guard bands <= DeduplicationSettings.bandLimit, stored == min(total, ShingleSet.storedLimit), (stored == 0) == (bands == 0) else {
            throw .badSignature("\(bands) bands, \(total) 5-grams, \(stored) of them stored: impossible together")
        }
        let length = DocumentSignature.headerBytes + 8 * bands + 4 * stored
        guard bytes.count == length else { throw .badSignature("\(bytes.count) bytes, where its counts make \(length)") }
        self.bytes = bytes
        bandCount = bands
        hashes = HashRun(total: total, bytes: UnsafeRawBufferPointer(rebasing: bytes[(length - 4 * stored)...]))
        guard !trusted, stored > 1 else { return }
        for index in 1..<stored where hashes[index] <= hashes[index - 1] {
            throw .badSignature("5-gram hash \(index) does not ascend")
        }
    }

    /// The same, and that it was made with these settings, whose digest is `digest`. `document`: for the error.
    init(
        _ bytes: UnsafeRawBufferPointer, trusted: Bool, madeWith settings: DeduplicationSettings, _ digest: UInt32, document: UInt64
    ) throws(DeduplicationError) {
        try self.init(bytes, trusted: trusted)
        guard settingsDigest == digest, bandCount == 0 || bandCount == settings.bands else {
            throw .badSignature("document \(document)'s was made with other settings than the index has")
        }
    }

    var settingsDigest: UInt32 { UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self)) }

    var fingerprint: TextFingerprint {
        TextFingerprint(
            low: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)),
            high: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self)))
    }

    func bandKey(_ band: Int) -> UInt64 {
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: DocumentSignature.headerBytes + 8 * band, as: UInt64.self))
    }
}
