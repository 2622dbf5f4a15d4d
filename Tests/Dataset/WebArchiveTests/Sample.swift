import CLZ4
import CZstd
import ObjectStore

@testable import WebArchive

/// Archives made in the tests, of records that are known.
enum Sample {
    /// A generator with a seed (SplitMix64), so that a failure can be had again.
    struct Random: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
            return mixed ^ mixed >> 31
        }
    }

    /// Complete records of several kinds and sizes.
    static func records(_ count: Int, seed: UInt64 = 1, largest: Int = 4000) -> [[UInt8]] {
        var random = Random(state: seed)
        return (0..<count).map { index in
            let body = (0..<Int.random(in: 0...largest, using: &random)).map { _ in
                UInt8.random(in: 32...126, using: &random)
            }
            let block = index % 5 == 4 ? [] : Array("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n".utf8) + body
            return WARCWriter.record(
                index % 3 == 0 ? .response : .metadata, uri: "http://example.test/\(index)",
                date: "2026-01-02T03:04:05Z",
                contentType: "application/http", block: block
            ).bytes
        }
    }

    static func gzip(_ records: [[UInt8]]) -> [UInt8] { records.flatMap { WARCWriter.gzipMember($0) } }
    static func gzipOneMember(_ records: [[UInt8]]) -> [UInt8] { WARCWriter.gzipMember(records.flatMap { $0 }) }

    static func zstdFrame(_ bytes: [UInt8]) -> [UInt8] {
        let bound = ZSTD_compressBound(bytes.count)
        return [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
            count = ZSTD_compress(buffer.baseAddress, bound, bytes, bytes.count, 3)
        }
    }

    static func lz4Frame(_ bytes: [UInt8]) -> [UInt8] {
        let bound = LZ4F_compressFrameBound(bytes.count, nil)
        return [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
            count = LZ4F_compressFrame(buffer.baseAddress, bound, bytes, bytes.count, nil)
        }
    }

    /// The same records in every packing.
    static func packings(_ records: [[UInt8]]) -> [(name: String, bytes: [UInt8])] {
        let plain = records.flatMap { $0 }
        // Members that end anywhere but where records do.
        let unaligned = stride(from: 0, to: plain.count, by: 3000).flatMap {
            WARCWriter.gzipMember(Array(plain[$0..<min($0 + 3000, plain.count)]))
        }
        return [
            ("plain", plain), ("gzip", gzip(records)), ("gzip, one member", gzipOneMember(records)),
            ("gzip, unaligned", unaligned),
            ("zstd", records.flatMap { zstdFrame($0) }), ("lz4", records.flatMap { lz4Frame($0) }),
            ("zstd, one frame", zstdFrame(plain)),
        ]
    }

    static func readAll(
        _ bytes: [UInt8], from position: ArchivePosition = .start, limits: ArchiveLimits = ArchiveLimits()
    ) throws -> (records: [ArchiveRecord], reader: ArchiveReader) {
        let reader = try ArchiveReader(MemoryByteSource(bytes), limits: limits, resuming: position)
        var records: [ArchiveRecord] = []
        while let record = try reader.next() { records.append(record) }
        return (records, reader)
    }
}
