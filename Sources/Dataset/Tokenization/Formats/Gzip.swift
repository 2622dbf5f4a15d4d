import CZlib

extension VocabularyFile {
    /// The file itself, or what it holds if it is gzip (RFC 1952): at most ``sizeLimit`` bytes.
    func inflatedIfGzip() throws(TokenizerError) -> VocabularyFile {
        guard bytes.count > 18, bytes[0] == 0x1F, bytes[1] == 0x8B else { return self }
        var stream = z_stream()
        // 16: a gzip header is expected.
        guard inflateInit2_(&stream, MAX_WBITS + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw .unreadable(path: path, reason: "zlib could not start")
        }
        defer { inflateEnd(&stream) }
        var output: [UInt8] = []
        let chunk = 1 << 20
        let status = bytes.withUnsafeBufferPointer { input -> Int32 in
            stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            stream.avail_in = UInt32(input.count)
            var status = Z_OK
            while status == Z_OK && output.count <= Self.sizeLimit {
                let piece = [UInt8](unsafeUninitializedCapacity: chunk) { buffer, count in
                    stream.next_out = buffer.baseAddress
                    stream.avail_out = UInt32(chunk)
                    status = inflate(&stream, Z_NO_FLUSH)
                    count = chunk - Int(stream.avail_out)
                }
                output.append(contentsOf: piece)
                // No input left and nothing came out: the file is cut short.
                if piece.isEmpty && status == Z_OK { status = Z_BUF_ERROR }
            }
            return status
        }
        guard output.count <= Self.sizeLimit else {
            throw .unsupported(path: path, feature: "gzip files of more than \(Self.sizeLimit) bytes")
        }
        guard status == Z_STREAM_END else {
            throw damaged(at: bytes.count - Int(stream.avail_in), "gzip ends early or is damaged (zlib \(status))")
        }
        return VocabularyFile(path: path, bytes: output)
    }
}
