import ObjectStore
import Testing

@testable import WebArchive

@Suite("All archives at hand are read to their end", .enabled(if: SharedData.isThere))
struct LocalArchivesTests {
    @Test("every file gives as many records as can be there")
    func counts() throws {
        #expect(SharedData.expected.count > 100)
        for expected in SharedData.expected {
            let reader = try ArchiveReader(FileByteSource(path: SharedData.folder! + "/" + expected.file))
            var count = 0
            while let record = try reader.next() {
                count += 1
                #expect(record.ordinal == UInt64(count - 1))
            }
            #expect(
                count == expected.records.upperBound,
                "\(expected.file): \(count) of \(expected.records), \(reader.damages)")
        }
    }
}
