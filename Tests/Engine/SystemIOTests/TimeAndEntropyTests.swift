import SystemIO
import Testing

@Suite struct TimeAndEntropyTests {
    @Test func clocks() {
        let clock = SystemTimeSource()
        let before = clock.monotonicNanoseconds()
        #expect(clock.monotonicNanoseconds() >= before)
        #expect(clock.wallMilliseconds() > 1_600_000_000_000)
        let manual = ManualTimeSource(wallMilliseconds: 5)
        manual.advance(milliseconds: 7)
        #expect(manual.wallMilliseconds() == 12 && manual.monotonicNanoseconds() == 7_000_000)
    }

    @Test func entropy() throws {
        #expect(try SystemEntropySource().bytes(count: 32) != SystemEntropySource().bytes(count: 32))
        #expect(try SeededEntropySource(seed: 1).bytes(count: 32) == SeededEntropySource(seed: 1).bytes(count: 32))
        #expect(try SeededEntropySource(seed: 1).bytes(count: 32) != SeededEntropySource(seed: 2).bytes(count: 32))
        #expect(try SystemEntropySource().bytes(count: 0) == [])
    }

    @Test func identifiers() throws {
        let identifier = try SeededEntropySource(seed: 4).identifier()
        let text = identifier.description
        #expect(text.count == 36 && Array(text.utf8)[14] == UInt8(ascii: "4"))
        #expect([UInt8(ascii: "8"), UInt8(ascii: "9"), UInt8(ascii: "a"), UInt8(ascii: "b")].contains(Array(text.utf8)[19]))
        #expect(UniqueIdentifier(text) == identifier)
        #expect(UniqueIdentifier(text.uppercased()) == identifier)
        #expect(identifier.bytes.count == 16)
        #expect(UniqueIdentifier("") == nil && UniqueIdentifier(text + "0") == nil && UniqueIdentifier("g" + text.dropFirst()) == nil)
        #expect(UniqueIdentifier(high: 0x0123_4567_89ab_cdef, low: 1).description == "01234567-89ab-cdef-0000-000000000001")
    }
}
