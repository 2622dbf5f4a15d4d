import ObjectStore
import Testing

@testable import WebArchive

@Suite("Reading is taken up where it stopped")
struct ResumingTests {
    @Test("a reader resumed before any record delivers exactly the rest, in every packing")
    func everyRecord() throws {
        let records = Sample.records(40)
        for (name, bytes) in Sample.packings(records) {
            let reader = try ArchiveReader(MemoryByteSource(bytes))
            var positions = [reader.position]
            var all: [ArchiveRecord] = []
            while let record = try reader.next() {
                all.append(record)
                positions.append(reader.position)
            }
            let areAll = all.map(\.record.bytes) == records
            #expect(areAll, "\(name)")
            #expect(reader.damages.isEmpty, "\(name) \(reader.damages)")
            for (index, position) in positions.enumerated() {
                let decoded = try #require(ArchivePosition(decoding: position.encode()))
                #expect(decoded == position)
                let rest = try Sample.readAll(bytes, from: decoded).records
                let isRest = rest.map(\.record.bytes) == Array(records[index...])
                #expect(isRest, "\(name) from record \(index)")
                #expect(rest.map(\.ordinal) == (index..<records.count).map { UInt64($0) })
            }
            for record in all {
                let isSame =
                    try Sample.readAll(bytes, from: record.position).records.first?.record.bytes == record.record.bytes
                #expect(isSame, "\(name)")
            }
        }
    }

    @Test("a record a member is found without inflating what is before it")
    func alignedMembersNeedNoSkip() throws {
        let records = Sample.records(10)
        for (name, bytes) in Sample.packings(records) where ["plain", "gzip", "zstd", "lz4"].contains(name) {
            #expect(try Sample.readAll(bytes).records.allSatisfy { $0.position.skip == 0 }, "\(name)")
        }
    }

    @Test("the archives at hand can be taken up at any record", .enabled(if: SharedData.isThere))
    func localArchives() throws {
        for expected in SharedData.expected where expected.records.upperBound <= 60 {
            let bytes = try SharedData.bytes(expected.file)
            let all = try Sample.readAll(bytes).records
            for (index, record) in all.enumerated() {
                let rest = try Sample.readAll(bytes, from: record.position).records
                let isRest = rest.map(\.record.bytes) == all[index...].map(\.record.bytes)
                #expect(isRest, "\(expected.file) from record \(index)")
            }
        }
    }

    @Test("an encoded position is short, and nothing else decodes as one")
    func encoding() {
        let position = ArchivePosition(family: .warc, fileOffset: .max, skip: 1 << 40, ordinal: 300)
        #expect(ArchivePosition(decoding: position.encode()) == position)
        #expect(ArchivePosition.start.encode().count == 5)
        for broken: [UInt8] in [
            [], [1], [2, 1, 0, 0, 0], [1, 9, 0, 0, 0], [1, 1, 0, 0], [1, 1, 0, 0, 0, 0], [1, 1, 0x80, 0, 0],
        ] {
            #expect(ArchivePosition(decoding: broken) == nil || broken == [1, 1, 0x80, 0, 0, 0])
        }
        #expect(ArchivePosition(decoding: [1, 1] + [UInt8](repeating: 0xff, count: 10) + [1, 0, 0]) == nil)
    }
}
