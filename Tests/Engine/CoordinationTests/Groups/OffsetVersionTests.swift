@testable import Coordination
import Testing

@Suite struct OffsetVersionTests {
    @Test(arguments: Int16(0)...5)
    func positionsOfOtherVersionsAreRead(version: Int16) throws {
        var writer = FieldWriter()
        writer.write(version)
        writer.write(Int64(42))
        if version >= 3 { writer.write(Int32(7)) }
        if version >= 4 { writer.write(compactString: "note") } else { writer.write(string: "note") }
        writer.write(Int64(1_000))
        if version == 1 { writer.write(Int64(2_000)) }
        if version >= 4 { writer.writeEmptyTags() }
        guard version <= 4 else {
            #expect(throws: CoordinationError.self) { try writer.bytes.withUnsafeBytes { try OffsetRecord.decodeValue($0) } }
            return
        }
        let position = try writer.bytes.withUnsafeBytes { try OffsetRecord.decodeValue($0) }
        #expect(position == OffsetAndMetadata(offset: 42, leaderEpoch: version >= 3 ? 7 : -1, metadata: "note"))
    }
}
