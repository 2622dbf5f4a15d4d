import KafkaWire
import Testing

/// Bytes that Kafka's own classes wrote are read and written back without a difference.
@Suite("Golden bytes of Apache Kafka 4.3")
struct GoldenTests {
    @Test("Every message of every version: read, then written, it is the same bytes")
    func roundTrip() throws {
        var seen: [String: Set<Int16>] = [:]
        for line in try GoldenLine.all() {
            seen[line.name, default: []].insert(line.version)
            switch line.name {
            case "ConsumerProtocolSubscription": try check(ConsumerSubscription.self, line)
            case "ConsumerProtocolAssignment": try check(ConsumerAssignment.self, line)
            default:
                let type = try #require(AllMessages.byName[line.name], "\(line.name) is unknown")
                do {
                    let written = try type.roundTrip(line.bytes, version: line.version)
                    #expect(written == line.bytes, "\(line.name) version \(line.version)")
                } catch {
                    Issue.record("\(line.name) version \(line.version): \(error)")
                }
            }
        }
        for type in AllMessages.types {
            #expect(seen["\(type)"] == Set(type.apiKey.versions), "\(type): a version has no golden bytes")
        }
        #expect(seen["ConsumerProtocolSubscription"] == Set(0...3))
        #expect(seen["ConsumerProtocolAssignment"] == Set(0...3))
    }

    private func check<Message: EmbeddedMessage>(_ type: Message.Type, _ line: GoldenLine) throws {
        let bytes = [0, UInt8(line.version)] + line.bytes
        let (version, message) = try Message.decode(bytes.span.bytes)
        #expect(version == line.version)
        #expect(try message.encode(version: version) == bytes, "\(line.name) version \(line.version)")
    }
}
