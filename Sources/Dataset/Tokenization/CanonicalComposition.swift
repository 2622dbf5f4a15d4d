// The standard library's own normalisation, which it keeps for Foundation: the alternative is ICU for this one call.
@_spi(_Unicode) import Swift

/// Unicode's normalization form C (UAX #15), for vocabularies that ask for it.
enum CanonicalComposition {
    /// Whether a text may be in another form: all code points below U+0300 are in form C by themselves and in a row.
    static func mayChange(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var greatest: UInt8 = 0
        for byte in text { greatest = max(greatest, byte) }
        return greatest >= 0xCC
    }

    /// The text in form C; bytes that are no UTF-8 become U+FFFD.
    static func apply(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count + text.count / 8)
        for scalar in String(decoding: text, as: UTF8.self)._nfc {
            UTF8.encode(scalar).map { bytes.append(contentsOf: $0) }
        }
        return bytes
    }
}
