public import ObjectStore

/// The content of a packed file (gzip, zstd, lz4 or plain, told by its bytes) as a run of pieces, for files that are not archives.
///
/// Thread rule: one thread at a time. Memory: about 1 MiB. Damage ends the content with an error.
public final class UnpackedStream {
    private let stream: DecodedStream
    private let location: String

    public init(_ source: any ByteSource) throws(ObjectStoreError) {
        location = source.location
        let input = try CompressedInput(source, at: 0)
        try input.fill(16)
        let format = ArchiveFormat(sniffing: input.bytes)
        stream = DecodedStream(input, format: format, dictionary: format == .zstd ? try ZstdDictionary.read(input) : nil)
    }

    /// The next piece, nil at the end.
    public func next() throws(ObjectStoreError) -> [UInt8]? {
        guard try stream.ensure(1) else {
            guard stream.runEnd == .end else {
                throw ObjectStoreError(.invalidResponse, at: location, "ends before its packed content does, or is damaged")
            }
            return nil
        }
        let piece = [UInt8](stream.bytes)
        stream.consume(piece.count)
        return piece
    }
}
