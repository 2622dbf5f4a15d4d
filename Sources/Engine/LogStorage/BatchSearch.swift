import Records
import SystemIO

/// Finding where whole batches begin again behind damage.
struct BatchSearch {
    let file: any File
    let baseOffset: Int64
    /// Bytes of the file that count.
    let size: Int64
    /// See `Segment.isSparse`.
    let isSparse: Bool

    private static let readSize = 1 << 20

    /// The first whole batch behind `position`. Bytes that look like a batch may be the content of a record, so what is
    /// found must lead, header by header, exactly to a place that is known: the next one that `knownPlace` names (the first
    /// at or after a position), or the end.
    func nextWholeBatch(
        after position: Int64, minimumOffset: Int64, knownPlace: (Int64) throws -> Int64?
    ) throws -> ScannedBatch? {
        var start = position + 1
        while start + Int64(RecordBatchHeader.size) <= size {
            let bytes = try file.read(count: Int(min(Int64(Self.readSize), size - start)), at: start)
            guard bytes.count >= RecordBatchHeader.size else { return nil }
            for index in 0...bytes.count - RecordBatchHeader.size where bytes[index + 16] == 2 {
                let candidate = start + Int64(index)
                let header = try? RecordBatchHeader(bytes[index..<index + RecordBatchHeader.size].span.bytes)
                // Offsets within a segment are at most Int32.max apart.
                guard let header, header.baseOffset >= minimumOffset, header.baseOffset - baseOffset <= Int64(Int32.max),
                    Int64(header.byteCount) <= size - candidate
                else { continue }
                if try isGenuine(ScannedBatch(position: candidate, header: header), known: try knownPlace(candidate) ?? size) {
                    return ScannedBatch(position: candidate, header: header)
                }
            }
            start += Int64(bytes.count - RecordBatchHeader.size + 1)
        }
        return nil
    }

    private func isGenuine(_ batch: ScannedBatch, known: Int64) throws -> Bool {
        var chain = scanner(batch, checksums: false)
        while chain.position < known {
            guard case .batch = try chain.next() else { return false }
        }
        guard chain.position == known else { return false }
        var whole = scanner(batch, checksums: true)
        guard case .batch = try whole.next() else { return false }
        return true
    }

    private func scanner(_ batch: ScannedBatch, checksums: Bool) -> BatchScanner {
        BatchScanner(
            file: file, position: batch.position, size: size, nextOffset: batch.header.baseOffset, checksums: checksums, isSparse: isSparse)
    }
}
