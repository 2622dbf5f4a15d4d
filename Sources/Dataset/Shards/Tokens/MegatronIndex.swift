// A Megatron `.idx`, little endian, without padding. Source: NVIDIA Megatron-LM, megatron/core/datasets/indexed_dataset.py.
//
//   offset  bytes          what
//   0       9              "MMIDIDX\0\0"
//   9       8              u64 version, 1
//   17      1              u8 code of the integer type: 4 int32, 8 uint16
//   18      8              u64 S, number of sequences
//   26      8              u64 D, number of document boundaries = documents + 1
//   34      4 S            i32 tokens of each sequence
//   34+4S   8 S            i64 byte offset of each sequence in the .bin
//   34+12S  8 D            i64 number of the sequence at which each document begins, and last S
//
// Here each document is one sequence, so the boundaries are 0, 1, … S. There are no modes (those are of multimodal sets).

/// Makes an index file from the side file of lengths, in pieces, so that memory does not grow with the shard.
struct MegatronIndex {
    static let magic = Array("MMIDIDX\0\0".utf8)
    static let headerBytes = 34
    /// Lengths handled at a time.
    private static let piece = 1 << 16

    let type: TokenType
    let sequences: Int

    var fileBytes: Int { Self.headerBytes + 12 * sequences + 8 * (sequences + 1) }

    private var header: [UInt8] {
        Self.magic + littleEndian(UInt64(1)) + [type == .uint16 ? 8 : 4]
            + littleEndian(UInt64(sequences)) + littleEndian(UInt64(sequences + 1))
    }

    /// Writes the index to `path` and waits for the disk. `expectedBytes`, the size of the .bin, must be what the lengths add up to.
    func write(to path: String, lengths lengthsPath: String, expectedBytes: Int) throws(ShardError) {
        let lengths = try LocalFile(lengthsPath, .read)
        let found = try lengths.size()
        guard found >= 4 * sequences else {
            throw .fileLostBytes(path: lengthsPath, expected: 4 * sequences, found: found)
        }
        let index = try LocalFile(path, .writeFromEmpty)
        try index.write(header, at: 0)
        var offset = 0
        for first in stride(from: 0, to: sequences, by: Self.piece) {
            let count = min(Self.piece, sequences - first)
            let bytes = try lengths.read(at: 4 * first, limit: 4 * count)
            var offsets: [UInt8] = []
            offsets.reserveCapacity(8 * count)
            for position in stride(from: 0, to: bytes.count, by: 4) {
                appendLittleEndian(UInt64(offset), to: &offsets)
                offset += type.byteCount * lengthValue(bytes, position)
            }
            try index.write(bytes, at: Self.headerBytes + 4 * first)
            try index.write(offsets, at: Self.headerBytes + 4 * sequences + 8 * first)
        }
        guard offset == expectedBytes else {
            throw .folderDisagrees(
                path: lengthsPath,
                reason: "its lengths add up to \(offset) bytes and the shard has \(expectedBytes); build this output again")
        }
        try writeBoundaries(to: index)
        try index.synchronize()
    }

    private func writeBoundaries(to index: borrowing LocalFile) throws(ShardError) {
        for first in stride(from: 0, through: sequences, by: Self.piece) {
            var boundaries: [UInt8] = []
            for document in first...min(first + Self.piece - 1, sequences) {
                appendLittleEndian(UInt64(document), to: &boundaries)
            }
            try index.write(boundaries, at: Self.headerBytes + 12 * sequences + 8 * first)
        }
    }

    private func lengthValue(_ bytes: [UInt8], _ position: Int) -> Int {
        Int(bytes[position]) | Int(bytes[position + 1]) << 8 | Int(bytes[position + 2]) << 16 | Int(bytes[position + 3]) << 24
    }
}
