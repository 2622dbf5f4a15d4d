import Testing

@testable import KafkaWire

/// The kinds of fields, one by one.
@Suite("Fields")
struct FieldTests {
    /// The versions of Metadata: 9 is the first flexible one.
    private let plain: Int16 = 8, flexible: Int16 = 9

    private struct Texts: WireStruct {
        var name = ""
        var comment: String?
        var late: String?

        mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name")
            try coder.nullableString(&comment, "comment", nullableFrom: 5)
            try coder.nullableString(&late, "late", from: 7, until: 8)
        }
    }

    private struct Tagged: WireStruct {
        var first: Int32 = 0
        var second: [Tagged] = []
        var third: String?

        mutating func code(_ coder: inout WireCoder) throws(WireError) {}

        mutating func codeTags(_ coder: inout WireCoder) throws(WireError) {
            if try coder.tag(1, isSet: first != 0) { try coder.int32(&first, "first") }
            if try coder.tag(3, isSet: !second.isEmpty) { try coder.array(&second, "second") }
            if try coder.tag(200, isSet: third != nil) { try coder.nullableString(&third, "third") }
        }
    }

    private func write<Value: WireStruct>(_ value: Value, version: Int16, isFlexible: Bool) throws(WireError) -> [UInt8] {
        var coder = WireCoder(writing: version, isFlexible: isFlexible)
        var copy = value
        try coder.structure(&copy)
        return coder.output
    }

    private func read<Value: WireStruct>(_ type: Value.Type, _ bytes: [UInt8], version: Int16, isFlexible: Bool) throws -> Value {
        try bytes.span.bytes.withUnsafeBytes { bytes in
            var coder = WireCoder(reading: bytes, from: 0, version: version, isFlexible: isFlexible, elementLimit: 1000)
            var value = Value()
            try coder.structure(&value)
            #expect(coder.left == 0)
            return value
        }
    }

    @Test("Texts: counted in 16 bits, or compact; null is -1 or 0")
    func texts() throws {
        let texts = Texts { $0.name = "é"; $0.late = "" }
        let plainBytes = try write(texts, version: 8, isFlexible: false)
        #expect(plainBytes == [0, 2, 0xc3, 0xa9, 0xff, 0xff, 0, 0])
        let compact = try write(texts, version: 8, isFlexible: true)
        #expect(compact == [3, 0xc3, 0xa9, 0, 1, 0])
        #expect(try read(Texts.self, plainBytes, version: 8, isFlexible: false) == texts)
        #expect(try read(Texts.self, compact, version: 8, isFlexible: true) == texts)
    }

    @Test("A field stays at its default in versions that do not carry it")
    func absent() throws {
        let texts = Texts { $0.name = "a"; $0.late = "b" }
        #expect(try write(texts, version: 9, isFlexible: false) == [0, 1, 97, 0xff, 0xff])
        #expect(try read(Texts.self, [0, 1, 97, 0xff, 0xff], version: 9, isFlexible: false) == Texts { $0.name = "a" })
    }

    @Test("Null is neither read nor written in versions that know none")
    func nulls() {
        #expect(throws: WireError.self) { try read(Texts.self, [0, 0, 0xff, 0xff], version: 4, isFlexible: false) }
        #expect(throws: WireError.self) { try read(Texts.self, [0, 0, 0], version: 5, isFlexible: true) }
        #expect(throws: WireError.self) { try write(Texts(), version: 4, isFlexible: false) }
    }

    @Test("A text of more than 32,767 bytes is refused in both directions")
    func longTexts() throws {
        let longest = Texts { $0.name = String(repeating: "a", count: 32_767); $0.comment = "" }
        let bytes = try write(longest, version: 0, isFlexible: true)
        #expect(try read(Texts.self, bytes, version: 0, isFlexible: true) == longest)
        let tooLong = Texts { $0.name = String(repeating: "a", count: 32_768) }
        #expect(throws: WireError.self) { try write(tooLong, version: 0, isFlexible: true) }
        // 32,768 + 1 as a varint.
        let hostile: [UInt8] = [0x81, 0x80, 0x02] + [UInt8](repeating: 97, count: 32_768) + [1, 0]
        #expect(throws: WireError.self) { try read(Texts.self, hostile, version: 0, isFlexible: true) }
    }

    @Test("Bytes that are no UTF-8 read as replacement characters, as Kafka does")
    func repairedTexts() throws {
        let value = try read(Texts.self, [0, 3, 97, 0xff, 98, 0, 0], version: 0, isFlexible: false)
        #expect(value.name == "a\u{fffd}b")
    }

    @Test("Tagged fields: written where set, in ascending order, nested in one another")
    func tags() throws {
        let value = Tagged {
            $0.first = 7
            $0.second = [.init { $0.third = "x" }, .init()]
            $0.third = "y"
        }
        let bytes = try write(value, version: 9, isFlexible: true)
        #expect(bytes == [
            3,
            1, 4, 0, 0, 0, 7,
            3, 8, /* two elements */ 3, /* one tag, number 200 */ 1, 0xc8, 1, 2, 2, 120, /* none */ 0,
            0xc8, 1, 2, 2, 121,
        ])
        #expect(try read(Tagged.self, bytes, version: 9, isFlexible: true) == value)
        #expect(try write(value, version: 9, isFlexible: false).isEmpty)
    }

    @Test("Unknown tags before, between and behind the known ones are skipped")
    func unknownTags() throws {
        let bytes: [UInt8] = [5, 0, 1, 9, 1, 4, 0, 0, 0, 7, 2, 0, 0xc8, 1, 2, 2, 121, 0xff, 0x7f, 3, 1, 2, 3]
        let value = try read(Tagged.self, bytes, version: 9, isFlexible: true)
        #expect(value == Tagged { $0.first = 7; $0.third = "y" })
    }

    @Test(
        "Tag sections that are wrong are refused",
        arguments: [
            [2, 1, 4, 0, 0, 0, 7, 1, 4, 0, 0, 0, 7],  // twice the same
            [2, 3, 1, 1, 1, 4, 0, 0, 0, 7],  // descending
            [1, 1, 3, 0, 0, 7],  // too short for its field
            [1, 1, 5, 0, 0, 0, 7, 0],  // too long for its field
            [1, 9, 5, 0],  // beyond the end
            [9, 9, 0],  // more fields than bytes
            [0xff, 0xff, 0xff, 0xff, 0x0f],
        ] as [[UInt8]])
    func wrongTags(bytes: [UInt8]) {
        #expect(throws: WireError.self) { try read(Tagged.self, bytes, version: 9, isFlexible: true) }
    }

    @Test("A structure that may be null starts with 1 or -1")
    func presence() throws {
        var request = DescribeTopicPartitionsRequest()
        #expect(try request.encode(version: 0) == [1, 0, 0, 7, 0xd0, 0xff, 0])
        request.cursor = .init { $0.topicName = "a"; $0.partitionIndex = 2 }
        let bytes = try request.encode(version: 0)
        #expect(bytes == [1, 0, 0, 7, 0xd0, 1, 2, 97, 0, 0, 0, 2, 0, 0])
        #expect(try DescribeTopicPartitionsRequest.decode(bytes.span.bytes, version: 0) == request)
        #expect(throws: WireError.self) {
            try DescribeTopicPartitionsRequest.decode(([1, 0, 0, 7, 0xd0, 2, 2, 97, 0, 0, 0, 2, 0, 0] as [UInt8]).span.bytes, version: 0)
        }
    }

    @Test("Numbers are big endian, identifiers print as Kafka prints them")
    func numbers() {
        let id = WireUUID(high: 0x0001_0203_0405_0607, low: 0x0809_0a0b_0c0d_0eff)
        #expect(id.description == "AAECAwQFBgcICQoLDA0O_w")
        #expect(WireUUID.zero.description == "AAAAAAAAAAAAAAAAAAAAAA")
    }
}
