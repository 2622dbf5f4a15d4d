import Crypto

/// SHA-256 of a file, read in pieces of 1 MiB, as 64 lower-case hexadecimal digits.
func fileDigest(_ path: String) throws(ShardError) -> String {
    let file = try LocalFile(path, .read)
    var hash = SHA256()
    var offset = 0
    while true {
        let piece = try file.read(at: offset, limit: 1 << 20)
        if piece.isEmpty { break }
        piece.withUnsafeBytes { hash.update(bufferPointer: $0) }
        offset += piece.count
    }
    return hexadecimal(hash.finalize())
}

/// Lower-case hexadecimal digits of bytes.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in bytes {
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
}
