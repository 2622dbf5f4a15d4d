import ObjectStore
import Testing

@testable import WebArchive

@Suite("Damage costs no more than the records it is in")
struct DamageTests {
    @Test("bytes overwritten in one gzip member leave all other records as they are")
    func overwrittenMember() throws {
        let records = Sample.records(30)
        let members = records.map { WARCWriter.gzipMember($0) }
        var random = Sample.Random(state: 7)
        for round in 0..<150 {
            let victim = Int.random(in: 0..<records.count, using: &random)
            var member = members[victim]
            let start = Int.random(in: 10..<member.count - 4, using: &random)
            for index in start..<min(start + 40, member.count) {
                member[index] = UInt8.random(in: 0...255, using: &random)
            }
            var damaged = members
            damaged[victim] = member
            let (found, reader) = try Sample.readAll(damaged.flatMap { $0 })
            let whole = Set(found.filter { !$0.isDamaged }.map(\.record.bytes))
            for (index, record) in records.enumerated() where index != victim {
                let isThere = whole.contains(record)
                #expect(isThere, "round \(round): record \(index) lost with \(victim): \(reader.damages)")
            }
            #expect(reader.damageCount > 0)
            #expect(found.count <= records.count + 1)
        }
    }

    @Test("a member cut out in the middle costs that record alone", arguments: ["gzip", "zstd", "lz4"])
    func cutMember(_ packing: String) throws {
        let records = Sample.records(12, seed: 3, largest: 20_000)
        var members = records.map { record in
            switch packing {
            case "gzip": WARCWriter.gzipMember(record)
            case "zstd": Sample.zstdFrame(record)
            default: Sample.lz4Frame(record)
            }
        }
        members[5] = Array(members[5].prefix(members[5].count / 2))
        let (found, reader) = try Sample.readAll(members.flatMap { $0 })
        let whole = found.filter { !$0.isDamaged }.map(\.record.bytes)
        let others = whole == records.enumerated().filter { $0.offset != 5 }.map(\.element)
        #expect(others, "\(reader.damages)")
        #expect(reader.damageCount >= 1)
    }

    @Test("an archive cut anywhere ends with a record marked as cut, or at a boundary")
    func cutAnywhere() throws {
        let records = Sample.records(4, seed: 5, largest: 300)
        for (name, bytes) in Sample.packings(records) {
            let step = max(1, bytes.count / 300)
            for length in stride(from: 1, to: bytes.count - 4, by: step) {
                let (found, reader) = try Sample.readAll(Array(bytes[..<length]))
                let wholeOnes = found.filter { !$0.isDamaged }.map(\.record)
                // The separator behind the last record may be cut without loss.
                let areWhole = wholeOnes.allSatisfy { record in
                    records.contains { $0.dropLast(4) == record.bytes[..<record.blockRange.upperBound] }
                }
                #expect(areWhole, "\(name) cut at \(length) of \(bytes.count)")
                let isSaid = reader.damageCount > 0 || wholeOnes.count == found.count && length > 0 && areWhole
                #expect(isSaid, "\(name) cut at \(length) of \(bytes.count)")
            }
        }
    }

    @Test("no bytes whatever stop or crash the reader")
    func fuzz() throws {
        let records = Sample.records(6, seed: 11, largest: 500)
        var random = Sample.Random(state: 13)
        let packings = Sample.packings(records)
        for round in 0..<1500 {
            var bytes = packings[round % packings.count].bytes
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...50, using: &random)))
                case 2:
                    bytes.insert(contentsOf: (0..<20).map { _ in UInt8.random(in: 0...255, using: &random) }, at: place)
                default:
                    bytes.insert(
                        contentsOf: bytes[place..<min(bytes.count, place + 100)],
                        at: Int.random(in: 0..<bytes.count, using: &random))
                }
                if bytes.isEmpty { bytes = [0] }
            }
            let (found, _) = try Sample.readAll(bytes)
            for record in found {
                _ = HTTPMessage(record.record).decodedBody(limit: 1 << 16)
                let again = try #require(WARCRecord.parse(record.warcBytes()))
                #expect(again.block == record.block)
            }
        }
    }

    @Test("a block over the limit is cut, marked, and passed over")
    func overLimit() throws {
        var records = Sample.records(3)
        let large = WARCWriter.record(
            .response, uri: "http://example.test/large", date: "2026-01-02T03:04:05Z", contentType: nil,
            block: [UInt8](repeating: 65, count: 3 << 20))
        records.insert(large.bytes, at: 1)
        for (name, bytes) in Sample.packings(records) {
            let (found, reader) = try Sample.readAll(bytes, limits: ArchiveLimits(blockBytes: 1 << 20))
            #expect(found.count == 4, "\(name) \(reader.damages)")
            #expect(found[1].block.count == 1 << 20 && found[1].isCut, "\(name)")
            #expect(found[1].damages.map(\.kind) == [.blockOverLimit], "\(name)")
            #expect(found[1].damages.first?.lostBytes == 2 << 20)
            let others = [found[0], found[2], found[3]].map(\.record.bytes) == [records[0], records[2], records[3]]
            #expect(others, "\(name)")
        }
    }

    @Test("a length over the limit that is a lie does not swallow the next members")
    func lyingOverLimit() throws {
        let records = Sample.records(6, seed: 4)
        let liar = Array(
            String(decoding: records[2], as: UTF8.self).replacing("Content-Length: ", with: "Content-Length: 9999").utf8
        )
        let members = records.enumerated().map { WARCWriter.gzipMember($0.offset == 2 ? liar : $0.element) }
        let (found, reader) = try Sample.readAll(members.flatMap { $0 }, limits: ArchiveLimits(blockBytes: 1 << 20))
        #expect(found.count == 6, "\(reader.damages)")
        let others = found.dropFirst(3).map(\.record.bytes) == Array(records[3...])
        #expect(others)
        #expect(found[2].damages.map(\.kind) == [.contentLengthTooLong])
    }

    @Test("a header over the limit is delivered cut, and the next record is found")
    func longHeader() throws {
        let records = Sample.records(2)
        let long =
            Array("WARC/1.0\r\nWARC-Type: resource\r\nX-Long: ".utf8) + [UInt8](repeating: 97, count: 3 << 20)
            + Array("\r\nContent-Length: 2\r\n\r\nab\r\n\r\n".utf8)
        let (found, reader) = try Sample.readAll(records[0] + long + records[1])
        #expect(found.count == 3, "\(reader.damages)")
        #expect(found[1].kind == .resource && found[1].damages.map(\.kind) == [.headerOverLimit])
        #expect(found[2].record.bytes == records[1])
    }
}

extension String {
    func replacing(_ text: String, with other: String) -> String {
        guard let range = self[...].range(of: text) else { return self }
        return String(self[..<range.lowerBound]) + other + String(self[range.upperBound...])
    }
}
