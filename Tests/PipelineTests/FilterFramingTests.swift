import Testing

@testable import Pipeline

@Suite struct FilterFramingTests {
    private enum Seen: Equatable {
        case record([UInt8]), tooLong(Int), cutOff(Int)
    }

    /// Feeds `bytes` in pieces of the sizes that `next` gives.
    private func frame(_ bytes: [UInt8], _ format: FilterFormat, limit: Int, next: () -> Int) throws -> [Seen] {
        var framing = FilterFraming(format, limit: limit)
        var seen: [Seen] = []
        func note(_ record: FramedRecord) {
            switch record {
            case .record(let bytes): seen.append(.record([UInt8](bytes)))
            case .tooLong(let bytes): seen.append(.tooLong(bytes))
            case .cutOff(let bytes): seen.append(.cutOff(bytes))
            }
        }
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + max(1, next()))
            try bytes[start..<end].withUnsafeBytes { try framing.feed($0) { note($0) } }
            start = end
        }
        try framing.finish { note($0) }
        return seen
    }

    private func length(_ value: Int) -> [UInt8] {
        var rest = value
        var bytes: [UInt8] = []
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }

    @Test(arguments: FilterFormat.allCases)
    func recordsAreTheSameHoweverTheInputIsCut(_ format: FilterFormat) throws {
        var random = SystemlessRandom(7)
        for _ in 0..<60 {
            let limit = 300
            var bytes: [UInt8] = []
            var expected: [Seen] = []
            for _ in 0..<Int(random.next() % 20) {
                let size = Int(random.next() % 400)
                // No line ends inside, and something that is no blank.
                let record = (0..<size).map { _ in UInt8(0x21 + random.next() % 90) }
                switch format {
                case .json:
                    bytes += record + (random.next() % 3 == 0 ? [0x0D, 0x0A] : [0x0A])
                    if size == 0 { continue }
                case .protobuf: bytes += length(size) + record
                }
                expected.append(size > limit ? .tooLong(size) : .record(record))
            }
            let seen = try frame(bytes, format, limit: limit) { Int(random.next() % 97) }
            // A line that is passed over may be counted with its CR.
            #expect(seen.count == expected.count)
            for (one, other) in zip(seen, expected) {
                if case .tooLong(let found) = one, case .tooLong(let wanted) = other {
                    #expect(found == wanted || found == wanted + 1)
                } else {
                    #expect(one == other)
                }
            }
        }
    }

    @Test func theLastLineNeedsNoEndAndBlankOnesAreNoRecords() throws {
        let lines = Array("one\n\n \t\r\ntwo\r\nthree".utf8)
        #expect(try frame(lines, .json, limit: 100) { 4 } == [.record(Array("one".utf8)), .record(Array("two".utf8)), .record(Array("three".utf8))])
        #expect(try frame([], .json, limit: 100) { 1 } == [])
        #expect(try frame(Array("\n".utf8), .json, limit: 100) { 1 } == [])
        let long = [UInt8](repeating: 0x61, count: 50)
        #expect(try frame(long, .json, limit: 10) { 7 } == [.tooLong(50)])
        #expect(try frame(long + [0x0A] + Array("b".utf8), .json, limit: 10) { 7 } == [.tooLong(50), .record([0x62])])
    }

    @Test func whatEndsTooSoonOrHasNoLengthIsSaid() throws {
        #expect(try frame(length(5) + [1, 2], .protobuf, limit: 10) { 1 } == [.cutOff(2)])
        #expect(try frame(length(50) + [1, 2], .protobuf, limit: 10) { 1 } == [.cutOff(2)])
        #expect(try frame([0x80], .protobuf, limit: 10) { 1 } == [.cutOff(1)])
        #expect(try frame(length(0) + length(1) + [9], .protobuf, limit: 10) { 1 } == [.record([]), .record([9])])
        for size in [1, 3, 100] {
            #expect(throws: PipelineError.self) { try frame([UInt8](repeating: 0xFF, count: 30), .protobuf, limit: 10) { size } }
        }
        let greatest = [UInt8](repeating: 0xFF, count: 8) + [0x7F]
        #expect(try frame(greatest + [1], .protobuf, limit: 10) { 3 } == [.cutOff(1)])
    }
}
