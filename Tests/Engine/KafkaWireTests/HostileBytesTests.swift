import KafkaWire
import Testing

/// What a client can send by mistake or by malice is refused, and costs no more memory than its size allows.
@Suite("Hostile bytes")
struct HostileBytesTests {
    private static let lines = Result { try GoldenLine.committed() }

    private func messages() throws -> [(type: any WireMessage.Type, line: GoldenLine)] {
        try Self.lines.get().compactMap { line in AllMessages.byName[line.name].map { ($0, line) } }
    }

    @Test("Every proper beginning of a message is refused, and so is a byte behind it")
    func truncation() throws {
        for (type, line) in try messages() {
            // All beginnings of short messages, some of the long ones.
            for count in stride(from: 0, to: line.bytes.count, by: max(1, line.bytes.count / 24)) {
                #expect(throws: WireError.self, "\(line.name) version \(line.version) cut to \(count)") {
                    try type.decode(Array(line.bytes[..<count]).span.bytes, version: line.version)
                }
            }
            do {
                _ = try type.decode((line.bytes + [0]).span.bytes, version: line.version)
                Issue.record("\(line.name) version \(line.version) with a byte behind it was accepted")
            } catch {
                #expect(error.reason == .leftOver(count: 1), "\(line.name) version \(line.version): \(error)")
                #expect(error.position == line.bytes.count)
            }
        }
    }

    @Test("Changed bytes are refused or read as a message that is written and read back the same")
    func mutation() throws {
        var random = SeededGenerator(seed: 0x5eed)
        var accepted = 0, refused = 0
        for (type, line) in try messages() where !line.bytes.isEmpty {
            for _ in 0..<6 {
                var bytes = line.bytes
                for _ in 0..<Int.random(in: 1...3, using: &random) { mutate(&bytes, &random) }
                if try survives(type, bytes, line) { accepted += 1 } else { refused += 1 }
            }
        }
        print("\(accepted) changed messages were accepted, \(refused) refused")
        #expect(accepted > 0 && refused > 0)
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
        guard !bytes.isEmpty else { return }
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: bytes[place] = 0xff
        case 2: bytes[place] = 0x7f
        case 3: bytes.remove(at: place)
        default: bytes.insert(UInt8.random(in: .min ... .max, using: &random), at: place)
        }
    }

    private func survives<Message: WireMessage>(_ type: Message.Type, _ bytes: [UInt8], _ line: GoldenLine) throws -> Bool {
        guard let message = try? type.decode(bytes.span.bytes, version: line.version) else { return false }
        // No element takes less than a byte of its own, so a message never holds more of them than it has bytes.
        _ = try type.decode(bytes.span.bytes, version: line.version, elementLimit: bytes.count)
        let written: [UInt8]
        do {
            written = try message.encode(version: line.version, recordsIn: bytes.span.bytes)
        } catch {
            // Bytes that are no UTF-8 become replacement characters, which are longer.
            guard case .tooLong = error.reason else { throw error }
            return true
        }
        let again = try type.decode(written.span.bytes, version: line.version)
        let rewritten = try again.encode(version: line.version, recordsIn: written.span.bytes)
        #expect(rewritten == written, "\(line.name) version \(line.version)")
        return true
    }

    @Test("Counts beyond the bytes left are refused before memory is taken, also those that fit at one byte an element")
    func counts() {
        // Metadata version 1: an array of texts, each of two bytes at least.
        let huge: [UInt8] = [0x7f, 0xff, 0xff, 0xff] + [UInt8](repeating: 0, count: 1000)
        expect(.tooManyElements(count: 0x7fff_ffff, limit: 500), "topics", huge, 1)
        let tooMany: [UInt8] = [0, 0, 0x01, 0xf5] + [UInt8](repeating: 0, count: 1000)
        expect(.tooManyElements(count: 501, limit: 500), "topics", tooMany, 1)
        expect(.negativeLength(-2), "topics", [0xff, 0xff, 0xff, 0xfe], 1)
        expect(.unexpectedNull, "topics", [0xff, 0xff, 0xff, 0xff], 0)
        // Version 9, compact: a count with too many bits, and one that does not end.
        expect(.varintTooLong, "topics", [0xff, 0xff, 0xff, 0xff, 0x1f, 0], 9)
        expect(.truncated(needed: 3, left: 2), "topics", [0xff, 0xff], 9)
    }

    @Test("A message may hold no more elements than the caller allows")
    func budget() throws {
        let request = MetadataRequest { $0.topics = (0..<100).map { number in .init { $0.name = "\(number)" } } }
        let bytes = try request.encode(version: 9)
        #expect(try MetadataRequest.decode(bytes.span.bytes, version: 9, elementLimit: 100) == request)
        #expect(throws: WireError.self) { try MetadataRequest.decode(bytes.span.bytes, version: 9, elementLimit: 99) }
    }

    private func expect(_ reason: WireError.Reason, _ field: String, _ bytes: [UInt8], _ version: Int16) {
        do {
            _ = try MetadataRequest.decode(bytes.span.bytes, version: version)
            Issue.record("\(bytes.prefix(6)) was accepted")
        } catch {
            #expect(error.reason == reason)
            #expect(error.field == field)
            #expect(error.message == "MetadataRequest version \(version)")
        }
    }
}
