/// Turns one document's token ids into the bytes of a shard's data file.
///
/// `megatron` and `plain`: ids back to back, little endian, 2 or 4 bytes each. `tfrecord`: see TFRecord.
struct TokenShardEncoder {
    let settings: TokenShardSettings
    private let type: TokenType

    init(_ settings: TokenShardSettings) {
        self.settings = settings
        type = settings.tokenType
    }

    /// Appends the document to `buffer`, and returns how many tokens it is with its marks.
    /// Nothing is appended when a token is refused.
    func append(
        _ tokens: Span<UInt32>, id: String, source: String, to buffer: inout [UInt8]
    ) throws(ShardError) -> Int {
        let count = tokens.count + (settings.beginningOfDocument == nil ? 0 : 1) + (settings.endOfDocument == nil ? 0 : 1)
        guard count <= Int(Int32.max) else { throw .documentTooLong(document: id, tokens: count) }
        var largest: UInt32 = 0
        for index in tokens.indices { largest = max(largest, tokens[index]) }
        guard tokens.isEmpty || Int(largest) < settings.vocabularySize else {
            throw .tokenOutOfRange(token: largest, vocabularySize: settings.vocabularySize, document: id)
        }
        if settings.format == .tfrecord {
            var marked: [UInt32] = []
            marked.reserveCapacity(count)
            if let begin = settings.beginningOfDocument { marked.append(begin) }
            for index in tokens.indices { marked.append(tokens[index]) }
            if let end = settings.endOfDocument { marked.append(end) }
            TFRecord.append(example: TokenExample(inputIDs: marked, documentID: id, source: source), to: &buffer)
            return count
        }
        // No reserveCapacity: it would make the buffer grow by exactly one document at a time.
        if let begin = settings.beginningOfDocument { put(begin, into: &buffer) }
        if type == .uint16 {
            let narrow = [UInt16](unsafeUninitializedCapacity: tokens.count) { room, filled in
                for index in tokens.indices { room[index] = UInt16(truncatingIfNeeded: tokens[index]).littleEndian }
                filled = tokens.count
            }
            narrow.withUnsafeBytes { buffer.append(contentsOf: $0) }
        } else {
            let wide = [UInt32](unsafeUninitializedCapacity: tokens.count) { room, filled in
                for index in tokens.indices { room[index] = tokens[index].littleEndian }
                filled = tokens.count
            }
            wide.withUnsafeBytes { buffer.append(contentsOf: $0) }
        }
        if let end = settings.endOfDocument { put(end, into: &buffer) }
        return count
    }

    private func put(_ token: UInt32, into buffer: inout [UInt8]) {
        if type == .uint16 {
            appendLittleEndian(UInt16(truncatingIfNeeded: token), to: &buffer)
        } else {
            appendLittleEndian(token, to: &buffer)
        }
    }
}
